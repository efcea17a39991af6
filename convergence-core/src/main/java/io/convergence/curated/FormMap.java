package io.convergence.curated;

import io.convergence.change.CellState;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.internal.pages.ByteSink;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Where the published columns are among those of a file. Immutable. */
final class FormMap {
    private final RowForm form;
    private final int[] places;
    private final Way[] ways;
    private final boolean complete;

    FormMap(RowForm form, List<Column> published, UnaryOperator<String> nameNow) {
        this.form = form;
        this.ways = published.stream().map(column -> Way.of(column.type())).toArray(Way[]::new);
        this.places = new int[published.size()];
        Arrays.fill(places, -1);
        Set<String> names = new HashSet<>();
        form.columns().forEach(column -> names.add(column.name()));
        boolean all = form.columns().size() == published.size();
        for (int i = 0; i < form.columns().size(); i++) {
            Column column = form.columns().get(i);
            String now = nameNow.apply(column.name());
            String name = names.contains(now) ? column.name() : now;
            int place = indexOf(published, name);
            all &= place >= 0
                    && places[place] < 0
                    && published.get(place).type().equals(column.type());
            if (place >= 0) {
                places[place] = i;
            }
        }
        this.complete = all;
    }

    private static int indexOf(List<Column> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the file has each published column and no other, of the same types. */
    boolean complete() {
        return complete;
    }

    /** Whether the file has the published column. */
    boolean has(int column) {
        return places[column] >= 0;
    }

    /** Whether each cell of a row is given. */
    boolean allGiven(byte[] bytes, int start) {
        for (int i = 0; i < places.length; i++) {
            CellState state = form.state(bytes, start, i);
            if (state != CellState.PRESENT && state != CellState.NULL) {
                return false;
            }
        }
        return true;
    }

    /** Where the value of a cell begins; -1 if it is null. */
    int cell(byte[] bytes, int start, int column) {
        return form.cell(bytes, start, places[column]);
    }

    /** Puts the value that begins there into a column. @return false if it must be taken as an object */
    boolean put(byte[] bytes, int at, int column, ColumnInMaking target) {
        switch (ways[column]) {
            case BOOLEAN -> target.putBoolean(bytes[at] != 0);
            case INT_OF_8_BYTES -> target.putInt((int) ByteSink.longAt(bytes, at));
            case LONG -> target.putLong(ByteSink.longAt(bytes, at));
            case INT -> target.putInt(ByteSink.intAt(bytes, at));
            case BYTES -> target.putBytes(bytes, at + Integer.BYTES, ByteSink.intAt(bytes, at));
            case OBJECT -> {
                return false;
            }
        }
        return true;
    }

    /** How a value gets from a row's bytes into a column. */
    private enum Way {
        BOOLEAN,
        INT_OF_8_BYTES,
        LONG,
        INT,
        BYTES,
        OBJECT;

        static Way of(DataType type) {
            return switch (type.kind()) {
                case BOOLEAN -> BOOLEAN;
                case INT1, INT2, INT4, UINT1, UINT2, DATE -> INT_OF_8_BYTES;
                case INT8, UINT4, REAL8 -> LONG;
                case NUMERIC -> type.precision() <= 9 ? INT_OF_8_BYTES : type.precision() <= 18 ? LONG : OBJECT;
                case REAL4 -> INT;
                case STRING, WSTRING, CLOB, NCLOB, BYTES, BLOB -> BYTES;
                case DATETIME -> type.scale() <= 6 ? LONG : OBJECT;
                case UINT8, TIME -> OBJECT;
            };
        }
    }

    Object object(byte[] bytes, int start, int column) {
        return form.object(bytes, start, places[column]);
    }
}
