import { EngineError } from "./errors.ts";
import type { Numbers } from "./stats.ts";

/** A matrix by its rows; `matrix[i][j]`. Functions here read any rows and give `Float64Array` rows. */
export type MatrixRows = ArrayLike<Numbers>;
export type Matrix = Float64Array[];

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, () => new Float64Array(columns));
}

/** The matrix with rows and columns changed over. */
export function transpose(matrix: MatrixRows): Matrix {
  const columns = matrix.length === 0 ? 0 : matrix[0].length;
  return Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: matrix.length }, (_, i) => matrix[i][j]),
  );
}

/** Σ aᵢ bᵢ, summed in order. */
export function dot(a: Numbers, b: Numbers): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

/** The matrix times a column of numbers. */
export function matrixTimes(matrix: MatrixRows, vector: Numbers): Float64Array {
  return Float64Array.from({ length: matrix.length }, (_, i) => dot(matrix[i], vector));
}

/** The product of two matrices. */
export function matrixProduct(a: MatrixRows, b: MatrixRows): Matrix {
  const columns = transpose(b);
  return Array.from({ length: a.length }, (_, i) =>
    Float64Array.from({ length: columns.length }, (_, j) => dot(a[i], columns[j])),
  );
}

/** vᵀ M v: the variance of weights v under the covariance M. */
export function quadraticForm(matrix: MatrixRows, vector: Numbers): number {
  return dot(matrixTimes(matrix, vector), vector);
}

/**
 * The lower triangle L with L Lᵀ = the symmetric matrix, of which only the lower half is read; or the index of the
 * first row that shows that it is not positive definite: what the rows before leave unexplained of its diagonal is at
 * most `tolerance` of it.
 */
export function choleskyOrRow(matrix: MatrixRows, tolerance = 1e-13): Matrix | number {
  const size = matrix.length;
  const lower = zeros(size, size);
  for (let i = 0; i < size; i++) {
    const row = lower[i];
    for (let j = 0; j < i; j++) {
      let rest = matrix[i][j];
      for (let k = 0; k < j; k++) rest -= row[k] * lower[j][k];
      row[j] = rest / lower[j][j];
    }
    let pivot = matrix[i][i];
    for (let k = 0; k < i; k++) pivot -= row[k] * row[k];
    if (!(pivot > tolerance * matrix[i][i])) return i;
    row[i] = Math.sqrt(pivot);
  }
  return lower;
}

/** `choleskyOrRow` for a matrix that must be positive definite: throws `linear-algebra.not-positive-definite` else. */
export function cholesky(matrix: MatrixRows): Matrix {
  const lower = choleskyOrRow(matrix);
  if (typeof lower !== "number") return lower;
  throw new EngineError(
    "linear-algebra.not-positive-definite",
    `cholesky: row ${lower} of the ${matrix.length} × ${matrix.length} matrix is a mixture of the rows before it; ` +
      "expected a symmetric, positive definite matrix.",
    { row: lower, size: matrix.length },
  );
}

/** x of L Lᵀ x = b, for the lower triangle L. */
export function solveCholesky(lower: readonly Float64Array[], b: Numbers): Float64Array {
  const size = lower.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= lower[i][k] * x[k];
    x[i] /= lower[i][i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= lower[k][i] * x[k];
    x[i] /= lower[i][i];
  }
  return x;
}

/** Eigenvalues in ascending order; `vectors[k]` is the unit vector of the k-th, its largest entry above zero. */
export type Eigen = { readonly values: Float64Array; readonly vectors: Matrix };

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's cyclic rotations (Golub and Van Loan, 8.5): slow for
 * large matrices, but accurate for small ones and always the same.
 */
export function symmetricEigen(matrix: MatrixRows): Eigen {
  const size = matrix.length;
  const a = Array.from({ length: size }, (_, i) => Float64Array.from(matrix[i]));
  const vectors = zeros(size, size);
  for (let i = 0; i < size; i++) vectors[i][i] = 1;
  for (let sweep = 0; sweep < 60 && offDiagonal(a) > 0; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors, p, q);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[i][i] - a[j][j] || i - j);
  return {
    values: Float64Array.from(order, (i) => a[i][i]),
    vectors: order.map((i) => facing(vectors[i])),
  };
}

/** What is left off the diagonal, when that is more than rounding. */
function offDiagonal(a: Matrix): number {
  let off = 0;
  let all = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < a.length; j++) {
      const square = a[i][j] * a[i][j];
      all += square;
      if (i !== j) off += square;
    }
  }
  return off > 1e-32 * all ? off : 0;
}

/** Turns the plane of p and q so that a[p][q] becomes 0; `vectors` holds the eigenvectors by rows. */
function rotate(a: Matrix, vectors: Matrix, p: number, q: number): void {
  if (a[p][q] === 0) return;
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < a.length; k++) {
    const [left, right] = [a[k][p], a[k][q]];
    a[k][p] = c * left - s * right;
    a[k][q] = s * left + c * right;
  }
  turnRows(a[p], a[q], c, s);
  turnRows(vectors[p], vectors[q], c, s);
}

function turnRows(upper: Float64Array, lower: Float64Array, c: number, s: number): void {
  for (let k = 0; k < upper.length; k++) {
    const [up, down] = [upper[k], lower[k]];
    upper[k] = c * up - s * down;
    lower[k] = s * up + c * down;
  }
}

/** The vector or its opposite, whichever has the larger entries above zero. */
function facing(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const entry of vector) if (Math.abs(entry) > Math.abs(largest) + 1e-12) largest = entry;
  return largest < 0 ? vector.map((entry) => -entry) : vector;
}
