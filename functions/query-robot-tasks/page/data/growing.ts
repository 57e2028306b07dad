import { useEffect, useState } from 'preact/hooks';

/** How many of `total` parts are drawn: one more at each turn, so that the page can be used meanwhile. */
export function useGrowing(total: number): number {
  const [drawn, setDrawn] = useState(1);
  const isMore = drawn < total;
  useEffect(() => {
    if (!isMore) return undefined;
    const timer = setTimeout(() => {
      setDrawn(drawn + 1);
    }, 0);
    return () => {
      clearTimeout(timer);
    };
  }, [isMore, drawn]);
  return Math.min(drawn, total);
}
