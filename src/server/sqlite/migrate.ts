import type { Connection } from './connection.js';
import { migrations, versionTable } from './schema.js';

/**
 * Brings the tables to the newest form. Two processes may do it at once: each step checks within its transaction that it is the next one.
 *
 * @throws TypeError for a file that a later version of this library has made
 */
export async function migrate(connection: Connection): Promise<void> {
  await connection.write(versionTable);
  for (;;) {
    const { rows } = await connection.read('select max(version) as version from generation_schema');
    const version = Number(rows[0]?.['version'] ?? 0);
    if (version > migrations.length) {
      throw new TypeError(
        `The database has the schema ${version}, and this version of the library knows ${migrations.length}. Update the library before you start it.`,
      );
    }
    const next = migrations[version];
    if (!next) return;
    try {
      await connection.write(
        // Fails, with all that follows, if another process was faster.
        { sql: 'insert into generation_schema (version) values (?)', args: [version + 1] },
        ...next,
      );
    } catch (error) {
      const after = await connection.read('select max(version) as version from generation_schema');
      if (Number(after.rows[0]?.['version'] ?? 0) <= version) throw error;
    }
  }
}
