import { useEffect, useRef } from "preact/hooks";

export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

interface CanvasProps {
  readonly class?: string;
  /** Draws the whole picture, at each frame of the screen. It is called only while the canvas can be seen. */
  readonly draw: (surface: Surface) => void;
}

/** A canvas of the size of its place, as sharp as the screen. What it shows is told in words elsewhere. */
export function Canvas({ class: name, draw }: CanvasProps) {
  const place = useRef<HTMLCanvasElement>(null);
  const newest = useRef(draw);
  newest.current = draw;
  useEffect(() => {
    const canvas = place.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    let frame = 0;
    const paint = (): void => {
      frame = requestAnimationFrame(paint);
      const { clientWidth: width, clientHeight: height } = canvas;
      if (width === 0 || height === 0) return;
      const ratio = window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      newest.current({ context, width, height });
    };
    frame = requestAnimationFrame(paint);
    return () => cancelAnimationFrame(frame);
  }, []);
  return <canvas class={name} ref={place} />;
}
