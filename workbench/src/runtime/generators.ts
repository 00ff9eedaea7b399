/**
 * Observable's ways of making live values, as its standard library has them (ISC licence); written here because
 * the kit's own come with a library that is loaded from the network.
 */

export type LiveValue<T> = AsyncIterator<T, undefined> & AsyncIterable<T>;

/** A live value fed by callbacks: `initialize` gets `change(value)` and may return its clean-up. */
export function observe<T>(initialize: (change: (value: T) => T) => (() => void) | undefined): LiveValue<T> {
  let deliver: ((value: T) => void) | undefined;
  let latest: { value: T } | undefined;
  let isOver = false;
  let finish: () => void = () => undefined;
  const over = new Promise<undefined>((resolve) => {
    finish = () => resolve(undefined);
  });
  const dispose = initialize((value) => {
    if (deliver === undefined) latest = { value };
    else deliver(value);
    deliver = undefined;
    return value;
  });
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    if (!isOver) {
      isOver = true;
      finish();
      dispose?.();
    }
    return { done: true, value: undefined };
  };
  return {
    async next() {
      if (isOver) return { done: true, value: undefined };
      if (latest !== undefined) {
        const { value } = latest;
        latest = undefined;
        return { done: false, value };
      }
      const arrived = new Promise<{ value: T }>((resolve) => {
        deliver = (value) => resolve({ value });
      });
      const next = await Promise.race([arrived, over]);
      return next === undefined ? { done: true, value: undefined } : { done: false, value: next.value };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The value of an input element, and every later one. */
export function input(element: EventTarget & { value?: unknown }): LiveValue<unknown> {
  return observe((change) => {
    const event = eventOf(element);
    const changed = (): void => void change(inputValue(element));
    element.addEventListener(event, changed);
    const value = inputValue(element);
    if (value !== undefined) change(value);
    return () => element.removeEventListener(event, changed);
  });
}

/** Every value in order, none left out; `observe` keeps only the latest. */
export function queue<T>(initialize: (push: (value: T) => T) => (() => void) | undefined): LiveValue<T> {
  const waiting: T[] = [];
  let isAsked = false;
  let change: (value: T) => T = (value) => value;
  const source = observe<T>((next) => {
    change = next;
    return initialize((value) => {
      if (isAsked) {
        isAsked = false;
        return change(value);
      }
      waiting.push(value);
      return value;
    });
  });
  return {
    ...source,
    next() {
      if (waiting.length > 0) change(waiting.shift() as T);
      else isAsked = true;
      return source.next();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A live value that code changes by setting `.value`, in its own cell or through functions that cell gives. */
export function Mutable<T>(value: T): LiveValue<T> & { value: T } {
  let current = value;
  let change: ((value: T) => T) | undefined;
  const live = observe<T>((next) => {
    change = next;
    if (value !== undefined) next(value);
    return undefined;
  });
  return Object.defineProperty(live as LiveValue<T> & { value: T }, "value", {
    get: () => current,
    set: (next: T) => {
      current = next;
      change?.(next);
    },
  });
}

type FormInput = {
  type?: string;
  value?: unknown;
  valueAsNumber?: number;
  valueAsDate?: Date | null;
  checked?: boolean;
  multiple?: boolean;
  files?: ArrayLike<unknown>;
  selectedOptions?: ArrayLike<{ value: string }>;
};

function inputValue(element: FormInput): unknown {
  switch (element.type) {
    case "range":
    case "number":
      return element.valueAsNumber;
    case "date":
      return element.valueAsDate;
    case "checkbox":
      return element.checked;
    case "file":
      return element.multiple ? element.files : element.files?.[0];
    case "select-multiple":
      return Array.from(element.selectedOptions ?? [], ({ value }) => value);
    default:
      return element.value;
  }
}

function eventOf({ type }: FormInput): string {
  if (type === "button" || type === "submit" || type === "checkbox") return "click";
  return type === "file" ? "change" : "input";
}

/** What `function*` and the functions above give: something that has a next value and can be ended. */
export type GeneratorLike = {
  next(value?: unknown): unknown;
  return(value?: unknown): unknown;
};

export function isGeneratorLike(value: unknown): value is GeneratorLike {
  const candidate = value as GeneratorLike | null | undefined;
  return typeof candidate?.next === "function" && typeof candidate.return === "function";
}

/** The same live value, which ends when the signal is aborted and keeps its last value then. */
export function endedBy(generator: GeneratorLike, signal: AbortSignal): GeneratorLike {
  const over = { done: true, value: undefined };
  let stop: (value: typeof over) => void = () => undefined;
  const stopped = new Promise<typeof over>((resolve) => {
    stop = resolve;
  });
  const end = (): void => {
    stop(over);
    generator.return();
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return {
    next: (value) => (signal.aborted ? over : Promise.race([stopped, generator.next(value)])),
    return(value) {
      signal.removeEventListener("abort", end);
      return generator.return(value);
    },
  };
}
