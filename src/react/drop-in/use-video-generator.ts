import type { GeneratorOptions, VideoGenerator } from './generator.types.js';
import { toVideoInput, type VideoForm } from './generator-form.js';
import { type GeneratedVideo, toVideos, type VideoDraft } from './generator-item.js';
import { generators } from './generators.js';
import { parseVideos } from './stored-items.js';
import { useGenerator } from './use-generator.js';

const generatorAt = generators<'video', VideoForm, VideoDraft, VideoGenerator>({
  kind: 'video',
  key: 'super-chatbot-generated-videos',
  limit: 30,
  toInput: toVideoInput,
  parseItems: parseVideos,
  toItems: toVideos,
  toResult: ({ generationStatus, current, items, isGenerating, isConnected, connectionStatus }, commands) => ({
    generationStatus,
    currentGeneration: current,
    generatedVideos: [...items],
    isGenerating,
    isConnected,
    connectionStatus,
    generateVideo: commands.generate,
    clearCurrentGeneration: commands.clearCurrent,
    deleteVideo: commands.remove,
    clearAllVideos: commands.clear,
    forceCheckResults: commands.forceCheck,
    downloadVideo: commands.download,
    copyVideoUrl: commands.copy,
    stopGeneration: commands.stop,
  }),
});

/**
 * Replaces a hand-written video hook: one generation at a time, and a gallery of the newest 30 videos in `localStorage`.
 * Otherwise like {@link useImageGenerator}.
 *
 * @example
 * const { generateVideo, generatedVideos, generationStatus, stopGeneration } = useVideoGenerator({
 *   notify: ({ level, message }) => toast[level](message),
 * });
 */
export function useVideoGenerator(options: GeneratorOptions<GeneratedVideo> = {}): VideoGenerator {
  return useGenerator('useVideoGenerator', generatorAt(options), options);
}
