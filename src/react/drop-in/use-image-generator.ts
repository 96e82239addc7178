import type { GeneratorOptions, ImageGenerator } from './generator.types.js';
import { type ImageForm, toImageInput } from './generator-form.js';
import { type GeneratedImage, type ImageDraft, toImages } from './generator-item.js';
import { generators } from './generators.js';
import { useGenerator } from './use-generator.js';

const generatorAt = generators<'image', ImageForm, ImageDraft, ImageGenerator>({
  kind: 'image',
  key: 'super-chatbot-generated-images',
  limit: 50,
  toInput: toImageInput,
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
 * An image tool as a page had it before: one generation at a time, and a gallery of the newest 50 in `localStorage`, under
 * the keys that it had. All components that use it share one client, and all tabs one gallery.
 *
 * When the last of them has gone, the event stream and the reads end; what was submitted is found again when one comes
 * back, or the page does. A submit on its way runs to its end.
 *
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
