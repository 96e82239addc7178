import { useImageGenerator } from 'generation-lifecycle/react/drop-in';
import { toast } from './toast.js'; // yours

export function ImagePage() {
  const {
    generationStatus,
    currentGeneration,
    generatedImages,
    isGenerating,
    generateImage,
    stopGeneration,
    forceCheckResults,
    downloadImage,
    copyImageUrl,
    deleteImage,
  } = useImageGenerator({ notify: ({ level, message }) => toast[level](message) });
  const rest = generatedImages.filter(({ id }) => id !== currentGeneration?.id);

  return (
    <main>
      <form
        onSubmit={event => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          generateImage({ prompt: String(form.get('prompt')), model: 'flux-dev' });
        }}
      >
        <input name="prompt" aria-label="Prompt" required />
        <button type="submit" disabled={isGenerating}>
          Generate
        </button>
      </form>
      <p role="status">
        {generationStatus.status} {generationStatus.progress} {generationStatus.message}
      </p>
      <button type="button" onClick={forceCheckResults}>
        Look now
      </button>
      <button type="button" onClick={stopGeneration} disabled={!isGenerating}>
        Stop
      </button>
      <ul>
        {[...(currentGeneration ? [currentGeneration] : []), ...rest].map(image => (
          <li key={image.id}>
            <img src={image.url} alt={image.prompt} />
            <button type="button" onClick={() => downloadImage(image)}>
              Save
            </button>
            <button type="button" onClick={() => copyImageUrl(image)}>
              Copy the address
            </button>
            <button type="button" onClick={() => deleteImage(image.id)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
