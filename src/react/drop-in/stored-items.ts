import { toMetadata } from '../../adapters/file-backend/metadata.js';
import { isObject } from '../../machines/json.js';
import { type GeneratedImage, type GeneratedVideo, toSettings } from './generator-item.js';

type Members = { readonly [name: string]: unknown };

const isText = (value: unknown): value is string => typeof value === 'string';
const isFilled = (value: unknown): value is string => isText(value) && value.trim() !== '';
const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** 16 hex digits of a text, the same in every tab and session: FNV-1a. */
function toDigest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/** The first hooks numbered their items, or gave them no id. */
const toId = ({ id }: Members) => (isFilled(id) ? id : isNumber(id) ? String(id) : undefined);

/** An id made of what the item is, so that it is the same at each read, and a deleted item stays deleted. */
const toMadeId = ({ id, url, prompt, timestamp }: Members) =>
  `old:${toDigest(JSON.stringify([id, url, prompt, timestamp]))}`;

/** What two entries of one picture have in common: a url that is signed again differs in its query only. */
const toPicture = (url: string, prompt: unknown) => JSON.stringify([url.replace(/[?#].*$/s, ''), prompt]);

function toTimestamp(value: unknown): number {
  if (isNumber(value)) return value;
  const ms = isFilled(value) ? new Date(/^\d+$/.test(value) ? Number(value) : value).getTime() : 0;
  return isNumber(ms) ? ms : 0;
}

function toTexts(settings: unknown): GeneratedImage['settings'] {
  const { model, style, resolution, shotSize, seed } = toSettings(toMetadata(settings));
  return { ...toObject(settings), model, style, resolution, shotSize, seed };
}

const toObject = (value: unknown): Members => (isObject(value) ? value : {});

function hasTexts(settings: unknown): settings is GeneratedImage['settings'] {
  const { model, style, resolution, shotSize } = toObject(settings);
  return [model, style, resolution, shotSize].every(isText);
}

function hasNumbers(settings: unknown): settings is GeneratedVideo['settings'] {
  const { duration, frameRate } = toObject(settings);
  return hasTexts(settings) && [duration, frameRate].every(isNumber);
}

function toVideoSettings(settings: unknown): GeneratedVideo['settings'] {
  const { duration, frameRate } = toObject(settings);
  return { ...toTexts(settings), duration: Number(duration) || 0, frameRate: Number(frameRate) || 0 };
}

/**
 * Makes items of a gallery that may hold entries of the first hooks. One without a usable id gets one; of two pictures with
 * the same id, the older one does. An entry without a url cannot be used. An item of this library stays as it is.
 */
function parseItems<TSettings>(
  isSettings: (settings: unknown) => settings is TSettings,
  toSettingsOf: (settings: unknown) => TSettings,
) {
  return (stored: readonly unknown[]) => {
    const pictures = new Map<string, string>();
    return stored.map(entry => {
      const { url, prompt, timestamp, settings } = toObject(entry);
      if (!isObject(entry) || !isFilled(url)) return undefined;
      const picture = toPicture(url, prompt);
      const ownId = toId(entry);
      const isTaken = ownId !== undefined && (pictures.get(ownId) ?? picture) !== picture;
      const id = ownId === undefined || isTaken ? toMadeId(entry) : ownId;
      pictures.set(id, picture);
      return {
        ...entry,
        id,
        url,
        prompt: isText(prompt) || isNumber(prompt) ? String(prompt) : '',
        timestamp: toTimestamp(timestamp),
        settings: isSettings(settings) ? settings : toSettingsOf(settings),
      };
    });
  };
}

export const parseImages: (stored: readonly unknown[]) => readonly (GeneratedImage | undefined)[] = parseItems(
  hasTexts,
  toTexts,
);

export const parseVideos: (stored: readonly unknown[]) => readonly (GeneratedVideo | undefined)[] = parseItems(
  hasNumbers,
  toVideoSettings,
);
