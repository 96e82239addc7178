/**
 * What the drop-ins return, against what pages took from the hooks before them. Compiled with everything else; never run.
 */
import type { FileOutput, ImageInput } from 'generation-lifecycle/adapters';
import {
  type GeneratedImage,
  type GeneratedVideo,
  type GeneratorNotice,
  type ImageGenerator,
  useImageGenerator,
  useVideoGenerator,
  type VideoGenerator,
} from 'generation-lifecycle/react/drop-in';
import { expectTypeOf } from 'vitest';

/** The members of the hooks before, as pages declared them. */
type Status = {
  status: 'idle' | 'pending' | 'processing' | 'completed' | 'error';
  progress?: number | undefined;
  message?: string | undefined;
  estimatedTime?: number | undefined;
  projectId?: string | undefined;
  requestId?: string | undefined;
  fileId?: string | undefined;
};
type Settings = {
  model: string;
  style: string;
  resolution: string;
  shotSize: string;
  seed?: number | undefined;
};
type Item<TSettings> = {
  id: string;
  url: string;
  prompt: string;
  timestamp: number;
  projectId?: string | undefined;
  requestId?: string | undefined;
  settings: TSettings;
};
type Image = Item<Settings>;
type Video = Item<Settings & { duration: number; frameRate: number; negativePrompt?: string | undefined }>;
type Both = {
  generationStatus: Status;
  isGenerating: boolean;
  isConnected: boolean;
  connectionStatus: 'disconnected' | 'connecting' | 'connected';
  clearCurrentGeneration: () => void;
  forceCheckResults: () => Promise<void>;
  stopGeneration: () => void;
};
type ImageForm = {
  prompt: string;
  model: { name: string };
  resolution: { width: number; height: number };
  style: { id: string };
  shotSize: { id: string };
  chatId: string;
  seed?: number;
  negativePrompt?: string;
  steps?: number;
  batchSize?: number;
  file?: File;
};
type ImagePage = Both & {
  currentGeneration: Image | null;
  generatedImages: Image[];
  generateImage: (form: ImageForm) => Promise<void>;
  deleteImage: (id: string) => void;
  clearAllImages: () => void;
  downloadImage: (image: Image) => Promise<void>;
  copyImageUrl: (image: Image) => Promise<void>;
};
type VideoForm = {
  prompt: string;
  model: string;
  resolution: string;
  style: string;
  shotSize: string;
  duration: number;
  frameRate: number;
  negativePrompt: string;
  generationType: string;
  seed?: number;
  chatId: string;
  file?: File;
};
type VideoPage = Both & {
  currentGeneration: Video | null;
  generatedVideos: Video[];
  generateVideo: (form: VideoForm) => Promise<void>;
  deleteVideo: (id: string) => void;
  clearAllVideos: () => void;
  downloadVideo: (video: Video) => Promise<void>;
  copyVideoUrl: (video: Video) => Promise<void>;
};

// The same members, and no others but when the result is expected, and what the client adds to each item.
expectTypeOf<keyof ImageGenerator>().toEqualTypeOf<keyof ImagePage>();
expectTypeOf<keyof VideoGenerator>().toEqualTypeOf<keyof VideoPage>();
type Expected = 'expectedAt' | 'highAt' | 'isLate';
expectTypeOf<keyof ImageGenerator['generationStatus']>().toEqualTypeOf<keyof Status | Expected>();
type ByClient = 'generationId' | 'expiresAt' | 'renewFrom';
expectTypeOf<keyof GeneratedImage>().toEqualTypeOf<keyof Image | ByClient>();
expectTypeOf<keyof GeneratedVideo>().toEqualTypeOf<keyof Video | ByClient>();
expectTypeOf<keyof GeneratedImage['settings']>().toEqualTypeOf<keyof Image['settings']>();
expectTypeOf<keyof GeneratedVideo['settings']>().toEqualTypeOf<keyof Video['settings']>();

// Each of them does where a page expects the one before, and takes back what it gave.
export const useImagesAsBefore = (): ImagePage => useImageGenerator();
export const useVideosAsBefore = (): VideoPage => useVideoGenerator();
expectTypeOf<Image>().toExtend<GeneratedImage>();
expectTypeOf<Video>().toExtend<GeneratedVideo>();
expectTypeOf<ImageGenerator['generationStatus']['status']>().toEqualTypeOf<Status['status']>();
expectTypeOf<ImageGenerator['connectionStatus']>().toEqualTypeOf<ImagePage['connectionStatus']>();

// Forms may be looser than the backend's bodies.
export const loose = async (
  { generateImage }: ImageGenerator,
  { generateVideo }: VideoGenerator,
  input: ImageInput,
) => {
  await generateImage(input);
  await generateImage({ prompt: 'a lighthouse', model: 'flux-dev', resolution: '1024x768', seed: '7', file: null });
  await generateImage({ prompt: 'a lighthouse', resolution: '16:9', seed: 9_007_199_254_740_993n });
  await generateImage({ prompt: 'a lighthouse', resolution: { width: '1024', height: '768' } });
  await generateVideo({
    prompt: 'waves',
    model: { name: 'ltx' },
    resolution: { width: 1280, height: 720 },
    duration: '5',
  });
  // @ts-expect-error a prompt is needed
  await generateImage({ model: 'flux-dev' });
};

// One line tells a toast library everything.
declare const toast: { readonly [level in 'success' | 'info' | 'error']: (words: string) => void };
export const useImagesWithToasts = () =>
  useImageGenerator({
    baseUrl: 'https://backend.example',
    headers: async () => ({ Authorization: 'Bearer …' }),
    fetch: (url, init) => fetch(url, init),
    notify: ({ level, message }) => toast[level](message),
  });

type Told<TType extends GeneratorNotice<GeneratedImage>['type']> = Extract<
  GeneratorNotice<GeneratedImage>,
  { readonly type: TType }
>;
expectTypeOf<Told<'generation.completed'>['items']>().toEqualTypeOf<readonly GeneratedImage[]>();
expectTypeOf<Told<'generation.completed'>['failed']>().toEqualTypeOf<FileOutput['failed']>();
expectTypeOf<Told<'generation.stopped'>['isCancelled']>().toEqualTypeOf<boolean>();
