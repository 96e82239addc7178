import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Application, ReferenceType, ReflectionKind } from 'typedoc';
import { root } from '../docs/pages.mjs';
import { fingerprint, folder, notePath } from './fingerprint.mjs';
import { toIndexPage } from './index-page.mjs';
import { entryPoints, readSources } from './sources.mjs';

/** Which alias names the result of a function whose own type is inferred, and hundreds of lines long. @type {Record<string, string>} */
const aliases = { createGenerationMachine: 'GenerationMachine' };

// Not where the docs are: what generates cleans its folder, and its default is `docs`.
const made = mkdtempSync(path.join(tmpdir(), 'reference-'));

const app = await Application.bootstrapWithPlugins({
  entryPoints: Object.values(entryPoints).map(file => path.join(root, file)),
  tsconfig: path.join(root, 'tsconfig.build.json'),
  plugin: ['typedoc-plugin-markdown'],
  out: made,
  cleanOutputDir: false,
  // `npm run types` checks, by the compiler that builds.
  skipErrorChecking: true,
  readme: 'none',
  router: 'module',
  disableSources: true,
  disableGit: true,
  excludeExternals: true,
  sort: ['kind', 'alphabetical'],
  kindSortOrder: ['Function', 'Class', 'Variable', 'Interface', 'TypeAlias'],
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  treatWarningsAsErrors: true,
  .../** @type {object} */ ({
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useHTMLAnchors: true,
    useCodeBlocks: true,
    tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true },
    expandObjects: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    propertyMembersFormat: 'table',
    pageTitleTemplates: { module: (/** @type {{ rawName: string }} */ { rawName }) => entryPointOf(rawName) },
  }),
});

/** @param {string} module */
const entryPointOf = module => (module === 'generation-lifecycle' ? module : `generation-lifecycle/${module}`);

const project = await app.convert();
if (!project) throw new Error('The sources cannot be read');
const modules = project.children ?? [];

for (const module of modules) {
  // This folder has another name than its entry point.
  if (module.name === 'machines') module.name = 'generation-lifecycle';
  /** @param {string} name @returns {ReferenceType | undefined} */
  const named = name => {
    const target = module.getChildByName([name]);
    return target && ReferenceType.createResolvedReference(name, target, project);
  };
  for (const child of module.getChildrenByKind(ReflectionKind.FunctionOrMethod)) {
    for (const signature of child.signatures ?? []) {
      for (const parameter of signature.parameters ?? [])
        if (parameter.name === '__namedParameters') parameter.name = 'options';
      const alias = named(aliases[child.name] ?? '');
      if (!alias) continue;
      signature.type = alias;
      alias.typeArguments = (signature.typeParameters ?? []).map(({ name }) =>
        ReferenceType.createBrokenReference(name, project, undefined),
      );
    }
  }
  for (const { name, type } of module.getChildrenByKind(ReflectionKind.Variable)) {
    if (name !== 'scenarios' || type?.type !== 'reflection') continue;
    for (const scenario of type.declaration.children ?? []) {
      const alias = named('Scenario');
      if (alias) scenario.type = alias;
      delete scenario.signatures;
    }
  }
}

await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('The reference is not whole: see above');

const pages = Object.keys(entryPoints).map(entryPoint => {
  const name = entryPoint.replace('generation-lifecycle/', '');
  const module = modules.find(one => one.name === name);
  if (!module) throw new Error(`${entryPoint} has no page`);
  return { entryPoint, page: `${name}.md`, module, text: readFileSync(path.join(made, `${name}.md`), 'utf8') };
});
mkdirSync(folder, { recursive: true });
for (const { page, text } of pages) {
  mkdirSync(path.dirname(path.join(folder, page)), { recursive: true });
  writeFileSync(path.join(folder, page), text);
}
writeFileSync(path.join(folder, 'README.md'), toIndexPage(pages));
writeFileSync(notePath, `${JSON.stringify(fingerprint(readSources()), null, 2)}\n`);
rmSync(made, { recursive: true });
