package io.convergence.testkit.compact;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type.Repetition;

/** A column over all files of a set: its type, and how its values repeat from file to file. */
record RandomColumn(String name, CellKind kind, boolean required, Repeat repeat, List<Object> pool) {
    /** How a file's dictionary relates to that of the files before it. */
    enum Repeat {
        /** Nearly every value is new. */
        NEVER,
        FEW_VALUES,
        /** The same values, first seen in the same order. */
        SAME_DICTIONARY,
        SAME_VALUES_OTHER_ORDER,
        /** Each file knows a few values more. */
        GROWING
    }

    /** Which cells are null. */
    enum Nulls {
        NONE,
        ALL,
        RUNS,
        SCATTERED,
        FIRST,
        LAST
    }

    static RandomColumn of(String name, CellKind kind, boolean required, Random random) {
        Repeat repeat = pick(Repeat.values(), random);
        int size = repeat == Repeat.FEW_VALUES
                ? 1 + random.nextInt(4)
                : random.nextInt(8) == 0 ? 200 + random.nextInt(400) : 2 + random.nextInt(60);
        List<Object> pool = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            pool.add(kind.value(random));
        }
        return new RandomColumn(name, kind, required, repeat, Collections.unmodifiableList(pool));
    }

    /** The same column after the source changed its type. */
    RandomColumn retyped(CellKind other, Random random) {
        RandomColumn changed = of(name, other, required, random);
        return new RandomColumn(name, other, required, repeat, changed.pool);
    }

    /** The same column with values that hardly repeat. */
    RandomColumn withoutRepeats() {
        return new RandomColumn(name, kind, required, Repeat.NEVER, pool);
    }

    PrimitiveType type() {
        return kind.named(name, required ? Repetition.REQUIRED : Repetition.OPTIONAL);
    }

    /** The cells of one file. */
    Object[] cells(int file, int rows, Nulls nulls, Random random) {
        List<Object> order = new ArrayList<>(pool);
        if (repeat == Repeat.SAME_VALUES_OTHER_ORDER) {
            Collections.shuffle(order, random);
        }
        int known = repeat == Repeat.GROWING ? Math.min(order.size(), 2 + 4 * file) : order.size();
        Object[] cells = new Object[rows];
        boolean inRun = random.nextBoolean();
        int next = 0;
        for (int row = 0; row < rows; row++) {
            inRun ^= random.nextInt(9) == 0;
            boolean isNull = !required
                    && switch (nulls) {
                        case NONE -> false;
                        case ALL -> true;
                        case RUNS -> inRun;
                        case SCATTERED -> random.nextInt(3) == 0;
                        case FIRST -> row == 0;
                        case LAST -> row == rows - 1;
                    };
            if (isNull) {
                continue;
            }
            if (repeat == Repeat.NEVER) {
                cells[row] = kind.value(random);
            } else {
                cells[row] = order.get(next < known && repeat != Repeat.FEW_VALUES ? next : random.nextInt(known));
                next++;
            }
        }

        return cells;
    }

    static <T> T pick(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }
}
