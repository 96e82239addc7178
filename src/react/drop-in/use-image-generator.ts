import type { GeneratorOptions, ImageGenerator } from './generator.types.js';
import { type ImageForm, toImageInput } from './generator-form.js';
import { type GeneratedImage, type ImageDraft, toImages } from './generator-item.js';
import { generators } from './generators.js';
import { parseImages } from './stored-items.js';
import { useGenerator } from './use-generator.js';

const generatorAt = generators<'image', ImageForm, ImageDraft, ImageGenerator>({
  kind: 'image',
  key: 'super-chatbot-generated-images',
  limit: 50,
  toInput: toImageInput,
  parseItems: parseImages,
  toItems: toImages,
  toResult: ({ generationStatus, current, items, isGenerating, isConnected, connectionStatus }, commands) => ({
    generationStatus,
    currentGeneration: current,
    generatedImages: [...items],
    isGenerating,
    isConnected,
    connectionStatus,
    generateImage: commands.generate,
    clearCurrentGeneration: commands.clearCurrent,
    deleteImage: commands.remove,
    clearAllImages: commands.clear,
    forceCheckResults: commands.forceCheck,
    downloadImage: commands.download,
    copyImageUrl: commands.copy,
    stopGeneration: commands.stop,
  }),
});

/**
 * Replaces a hand-written image hook: one generation at a time, and a gallery of the newest 50 images in
 * `localStorage`, under that hook's keys. All components that use it share one client, and all tabs share one gallery.
 *
 * When the last component unmounts, the event stream and the reads end, and a submit in flight runs to its end. The job
 * is followed again when a component mounts, or after a reload.
 *
 * @throws TypeError for an unknown option
 * @example
 * function ImagePage() {
 *   const { generateImage, generatedImages, generationStatus, isGenerating } = useImageGenerator({
 *     notify: ({ level, message }) => toast[level](message),
 *   });
 *   return (
 *     <>
 *       <button onClick={() => generateImage({ prompt: 'a lighthouse' })} disabled={isGenerating}>Generate</button>
 *       <p role="status">{generationStatus.message}</p>
 *       {generatedImages.map(({ id, url, prompt }) => <img key={id} src={url} alt={prompt} />)}
 *     </>
 *   );
 * }
 */
export function useImageGenerator(options: GeneratorOptions<GeneratedImage> = {}): ImageGenerator {
  return useGenerator('useImageGenerator', generatorAt(options), options);
}
