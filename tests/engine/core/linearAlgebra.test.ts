import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cholesky,
  choleskyOrRow,
  dot,
  type Matrix,
  matrixProduct,
  matrixTimes,
  quadraticForm,
  solveCholesky,
  symmetricEigen,
  transpose,
} from "#engine/core/linearAlgebra.ts";
import { Random } from "#engine/core/random.ts";

/** A positive definite matrix: B Bᵀ with something on the diagonal. */
function madeMatrix(size: number, seed: number): Matrix {
  const random = Random.seeded(seed);
  const factor = Array.from({ length: size }, () =>
    Float64Array.from({ length: size }, () => random.normal()),
  );
  const product = matrixProduct(factor, transpose(factor));
  product.forEach((row, i) => {
    row[i] += 0.1;
  });
  return product;
}

function expectClose(given: ArrayLike<ArrayLike<number>>, expected: ArrayLike<ArrayLike<number>>): void {
  expect(given.length).toBe(expected.length);
  for (let i = 0; i < given.length; i++) {
    for (let j = 0; j < given[i].length; j++) expect(given[i][j]).toBeCloseTo(expected[i][j], 9);
  }
}

const made = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer())
  .map(([size, seed]) => madeMatrix(size, seed));

describe("small matrices", () => {
  it("multiply as rows by columns", () => {
    const a = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    expectClose(transpose(a), [
      [1, 3, 5],
      [2, 4, 6],
    ]);
    expectClose(matrixProduct(a, [[1], [10]]), [[21], [43], [65]]);
    expect([...matrixTimes(a, [1, 10])]).toEqual([21, 43, 65]);
    expect(
      quadraticForm(
        [
          [2, 1],
          [1, 3],
        ],
        [1, 2],
      ),
    ).toBe(18);
  });

  it("have the triangle of Cholesky's that a textbook gives", () => {
    // Wikipedia, "Cholesky decomposition".
    const lower = cholesky([
      [4, 12, -16],
      [12, 37, -43],
      [-16, -43, 98],
    ]);
    expectClose(lower, [
      [2, 0, 0],
      [6, 1, 0],
      [-8, 5, 3],
    ]);
  });

  it("are the product of their triangle, and are solved by it", () => {
    fc.assert(
      fc.property(made, (matrix) => {
        const lower = cholesky(matrix);
        expectClose(matrixProduct(lower, transpose(lower)), matrix);
        const x = matrix.map((_, i) => i - 1.5);
        expectClose([matrixTimes(matrix, solveCholesky(lower, x))], [x]);
      }),
    );
  });

  it("have no triangle unless they are positive definite", () => {
    expect(
      choleskyOrRow([
        [1, 2],
        [2, 1],
      ]),
    ).toBe(1);
    expect(
      choleskyOrRow([
        [1, 1],
        [1, 1],
      ]),
    ).toBe(1);
    expect(choleskyOrRow([[0]])).toBe(0);
    expect(choleskyOrRow([[Number.NaN]])).toBe(0);
    expect(() =>
      cholesky([
        [1, 2],
        [2, 1],
      ]),
    ).toThrow(expect.objectContaining({ code: "linear-algebra.not-positive-definite" }));
    // Three series from two sources: singular but for rounding.
    const mixed = [
      [0.3, 0.1],
      [0.7, -0.2],
      [0.11, 0.13],
    ];
    expect(choleskyOrRow(matrixProduct(mixed, transpose(mixed)))).toBe(2);
  });

  it("have the eigenvalues of a hand-worked case", () => {
    const { values, vectors } = symmetricEigen([
      [2, 1],
      [1, 2],
    ]);
    expectClose([values], [[1, 3]]);
    expect(Math.abs(vectors[0][0] + vectors[0][1])).toBeLessThan(1e-15);
    expect(vectors[1][0]).toBeCloseTo(Math.sqrt(0.5), 14);
  });

  it("are put together again from eigenvalues and orthogonal unit vectors", () => {
    fc.assert(
      fc.property(made, (matrix) => {
        const { values, vectors } = symmetricEigen(matrix);
        expectClose(
          matrixProduct(vectors, transpose(vectors)),
          matrix.map((_, i) => matrix.map((_, j) => (i === j ? 1 : 0))),
        );
        for (const [k, vector] of vectors.entries()) {
          expectClose([matrixTimes(matrix, vector)], [vector.map((entry) => entry * values[k])]);
          if (k > 0) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
        }
        const trace = matrix.reduce((sum, row, i) => sum + row[i], 0);
        expect(
          dot(
            values,
            values.map(() => 1),
          ),
        ).toBeCloseTo(trace, 9);
      }),
    );
  });
});
