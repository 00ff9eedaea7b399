/** The parts of `@observablehq/runtime` 6 that we use; the package brings no types. */
declare module "@observablehq/runtime" {
  export class RuntimeError extends Error {
    constructor(message: string, input?: string | null);
    /** Name of the input that failed, null if it has none; undefined when the failure is the variable's own. */
    readonly input?: string | null;
  }

  export type Observer = {
    /** Element whose visibility the builtin `visibility` waits for. */
    _node?: unknown;
    pending?(): void;
    fulfilled?(value: unknown, name: string | null): void;
    rejected?(error: unknown, name: string | null): void;
  };

  export type VariableDefinition = (...inputs: never[]) => unknown;

  export class Variable {
    define(name: string | null, inputs: readonly string[], definition: VariableDefinition): this;
    delete(): this;
  }

  export class Module {
    variable(observer?: Observer | true): Variable;
    define(name: string | null, inputs: readonly string[], definition: VariableDefinition): Variable;
  }

  export class Runtime {
    constructor(builtins?: Record<string, () => unknown>, global?: (name: string) => unknown);
    module(): Module;
    dispose(): void;
    _disposed: boolean;
    /** The computation that is due, if any. */
    _computing: Promise<void> | null;
    /** Waits for the next frame, then computes; replaceable so that a hidden page goes on computing. */
    _computeSoon: () => Promise<void>;
    _computeNow: () => Promise<void>;
  }
}
