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
    private final DataType[] types;
    private final boolean complete;

    FormMap(RowForm form, List<Column> published, UnaryOperator<String> nameNow) {
        this.form = form;
        this.types = published.stream().map(Column::type).toArray(DataType[]::new);
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

    boolean isNull(byte[] bytes, int start, int column) {
        return form.state(bytes, start, places[column]) != CellState.PRESENT;
    }

    /** Puts a present cell into a column. @return false if its value must be taken as an object */
    boolean put(byte[] bytes, int start, int column, ColumnInMaking target) {
        int at = form.value(bytes, start, places[column]);
        DataType type = types[column];
        switch (type.kind()) {
            case BOOLEAN -> target.putBoolean(bytes[at] != 0);
            case INT1, INT2, INT4, UINT1, UINT2 -> target.putInt((int) ByteSink.longAt(bytes, at));
            case INT8, UINT4 -> target.putLong(ByteSink.longAt(bytes, at));
            case NUMERIC -> {
                if (type.precision() <= 9) {
                    target.putInt((int) ByteSink.longAt(bytes, at));
                } else if (type.precision() <= 18) {
                    target.putLong(ByteSink.longAt(bytes, at));
                } else {
                    return false;
                }
            }
            case REAL4 -> target.putInt(ByteSink.intAt(bytes, at));
            case REAL8 -> target.putLong(ByteSink.longAt(bytes, at));
            case STRING, WSTRING, CLOB, NCLOB, BYTES, BLOB ->
                target.putBytes(bytes, at + Integer.BYTES, ByteSink.intAt(bytes, at));
            case DATE -> target.putInt((int) ByteSink.longAt(bytes, at));
            case DATETIME -> {
                if (type.scale() > 6) {
                    return false;
                }
                target.putLong(ByteSink.longAt(bytes, at));
            }
            case UINT8, TIME -> {
                return false;
            }
        }
        return true;
    }

    Object object(byte[] bytes, int start, int column) {
        return form.object(bytes, start, places[column]);
    }
}
