package io.convergence.change;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import java.math.BigInteger;

/**
 * Which values of a file's type are also values of a narrower one (rule S15). Immutable.
 *
 * @param lowest unscaled
 * @param highest unscaled
 * @param step of which values are multiples
 * @param unsigned whether 64 bits are read without a sign
 */
record ValueRange(
        BigInteger lowest, BigInteger highest, BigInteger step, boolean unsigned, long low, long high, long by) {
    static ValueRange of(DataType from, DataType to) {
        boolean unsigned = from.kind() == Kind.UINT8;
        if (to.kind() == Kind.NUMERIC) {
            int scale = from.kind() == Kind.NUMERIC ? from.scale() : 0;
            BigInteger bound =
                    BigInteger.TEN.pow(to.precision() - to.scale() + scale).subtract(BigInteger.ONE);
            return of(bound.negate(), bound, BigInteger.TEN.pow(Math.max(0, scale - to.scale())), unsigned);
        }

        int bits = CellType.bits(to.kind());
        boolean signed = switch (to.kind()) {
            case INT1, INT2, INT4, INT8 -> true;
            default -> false;
        };
        BigInteger lowest = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
        BigInteger highest = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
        return of(lowest, highest, BigInteger.ONE, unsigned);
    }

    private static ValueRange of(BigInteger lowest, BigInteger highest, BigInteger step, boolean unsigned) {
        BigInteger least = BigInteger.valueOf(Long.MIN_VALUE);
        BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
        return new ValueRange(
                lowest,
                highest,
                step,
                unsigned,
                lowest.max(least).longValue(),
                highest.min(most).longValue(),
                step.min(most).longValue());
    }

    boolean holds(long value) {
        if (unsigned && value < 0) {
            return holds(BigInteger.valueOf(value).add(BigInteger.ONE.shiftLeft(64)));
        }

        return value >= low && value <= high && value % by == 0;
    }

    boolean holds(BigInteger value) {
        return value.compareTo(lowest) >= 0
                && value.compareTo(highest) <= 0
                && value.mod(step).signum() == 0;
    }
}
