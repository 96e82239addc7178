import { type KeyboardEvent, Suspense, useEffect, useId, useRef } from 'react';
import { Icon } from '../icon.js';
import { type Tool, type ToolProps, tools } from './tools.js';

type ToolsDrawerProps = ToolProps & {
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onClose: () => void;
};

/**
 * The developer tools, over the page: opening them, and choosing another one, moves nothing of it. Only the chosen tool exists.
 */
export function ToolsDrawer({ tool, onTool, onClose, clients, backend }: ToolsDrawerProps) {
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const index = tools.indexOf(tool);

  useEffect(() => {
    tabs.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }, []);

  const move = (event: KeyboardEvent) => {
    const last = tools.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index === 0 ? last : index - 1,
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    const chosen = next === undefined ? undefined : tools[next];
    if (next === undefined || !chosen) return;
    event.preventDefault();
    onTool(chosen);
    tabs.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) onClose();
  };

  return (
    <aside className="drawer" id="tools" aria-label="Developer tools" onKeyDown={closeOnEscape}>
      <div className="drawer-bar">
        <div className="tabs" role="tablist" aria-label="Tools" ref={tabs} onKeyDown={move}>
          {tools.map(each => (
            <button
              key={each.name}
              type="button"
              role="tab"
              className="tab"
              id={`${id}-${each.name}`}
              aria-selected={each === tool}
              aria-controls={`${id}-panel`}
              tabIndex={each === tool ? 0 : -1}
              onClick={() => onTool(each)}
            >
              {each.name}
            </button>
          ))}
        </div>
        <button type="button" className="icon-button" aria-label="Close the tools" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {/* It scrolls, so the keyboard has to reach it. */}
      <div
        className="drawer-inside"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${tool.name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
      >
        <p className="drawer-hint">{tool.hint}</p>
        <Suspense fallback={<p className="hint">Loading…</p>}>
          <tool.Panel clients={clients} backend={backend} />
        </Suspense>
      </div>
    </aside>
  );
}
