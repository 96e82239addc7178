import { defineConfig } from 'vitepress';
import { guides, lookups } from '../sections.mjs';

/** A page beside those of VitePress, which its router does not know. */
const playground = { text: 'Playground', link: '/playground/', target: '_self' };

const toItem = ({ text, link }) => ({ text, link: `/${link.replace(/README\.md$/, '').replace(/\.md$/, '')}` });

export default defineConfig({
  title: 'generation-lifecycle',
  description: 'Follow one slow, paid, remote generation from submit to outcome, and show the result exactly once.',
  lang: 'en',
  // The path of the site at its host.
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: './pages',
  outDir: '../../site',
  cleanUrls: false,
  // Diagrams as text, which stand beside the pages.
  ignoreDeadLinks: [/\.mmd$/],
  // Each page stands in the repository as well, and has no date of its own here.
  lastUpdated: false,
  // The text of pages is Markdown, and no template.
  vue: { template: { compilerOptions: { delimiters: ['\u0001', '\u0002'] } } },
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/guide/start' },
      playground,
      { text: 'Vendors', link: '/guide/vendors' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Benchmarks', link: '/benchmarks' },
    ],
    sidebar: [
      { text: 'Learn', items: [playground, ...guides().map(toItem)] },
      { text: 'Look up', items: [...lookups().map(toItem), { text: 'Decisions', link: '/decisions/' }] },
    ],
  },
});
