import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from './services/program.mjs';

/** The paths that these names have in the folders of programs, on Linux. @param {readonly string[]} names @returns {string[]} */
export function inUsualFolders(names) {
  const { PATH = '' } = process.env;
  const folders = PATH.split(path.delimiter).concat('/usr/bin', '/usr/local/bin', '/snap/bin');
  return [...new Set(names.flatMap(name => folders.map(folder => path.join(folder, name))))];
}

/** The paths that these files have in the folders of programs, on Windows. @param {readonly string[]} files @returns {string[]} */
export function inProgramFiles(files) {
  const { LOCALAPPDATA = '', PROGRAMFILES = '', 'PROGRAMFILES(X86)': PROGRAMFILES_X86 = '' } = process.env;
  return [PROGRAMFILES, PROGRAMFILES_X86, LOCALAPPDATA]
    .filter(folder => folder !== '')
    .flatMap(folder => files.map(file => `${folder}\\${file}`));
}

/**
 * Whether the file exists and starts. A browser without its system libraries, or a stub that only names a package, does not.
 * @param {string} candidate
 */
function starts(candidate) {
  if (!existsSync(candidate)) return false;
  // On Windows `--version` opens a window instead.
  return process.platform === 'win32' || spawnSync(candidate, ['--version'], { timeout: 120_000 }).status === 0;
}

/**
 * Returns a function that finds a program: at the path that its variable names, else at one of the candidates, else
 * installed now. It looks once. It throws if there is none, and says what to do.
 *
 * @param {{
 *   name: string,
 *   variable: string,
 *   candidates: () => readonly string[],
 *   isUsable?: (candidate: string) => boolean,
 *   aptPackages: readonly string[],
 *   installFirst?: () => void,
 * }} wanted
 * @returns {() => string}
 */
export function finderOf({ name, variable, candidates, isUsable = starts, aptPackages, installFirst }) {
  const find = () => {
    const { [variable]: chosen = '' } = process.env;
    if (chosen === '') return candidates().find(isUsable);
    if (isUsable(chosen)) return chosen;
    throw new Error(`${variable} is ${chosen}, which does not start: correct or unset it.`);
  };
  /** @type {string | undefined} */
  let found;
  return () => {
    found ??= find();
    if (found !== undefined) return found;
    installFirst?.();
    found = findProgram({ name, find, aptPackages, variable });
    return found;
  };
}
