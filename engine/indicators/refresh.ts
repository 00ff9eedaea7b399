/**
 * Running sums gather rounding error with every value that enters and leaves. They are computed afresh when their ring
 * turns and at least this many values have passed since the last time: often enough that the error stays below 10⁻¹³ of
 * the values, seldom enough that it costs nothing.
 */
export const REFRESH_AFTER = 256;
