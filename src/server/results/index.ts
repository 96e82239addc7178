export { type DirectoryResultsOptions, directoryResults } from './directory-results.js';
export { type PinnedDownloadOptions, pinnedDownload } from './pinned-download.js';
