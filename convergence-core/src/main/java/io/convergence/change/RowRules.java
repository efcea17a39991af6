package io.convergence.change;

import io.convergence.schema.Column;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** What holds for the rows of every format: DMS's own columns, and what a null means (rule S8). */
final class RowRules {
    private final List<Column> own;
    private final NullOnUpdate[] meanings;
    private final int[] doubtful;
    private final int[] nonKey;

    RowRules(RowShape shape, TableColumns columns) {
        this.own = columns.own();
        this.meanings =
                own.stream().map(column -> shape.nullOnUpdate(column.name())).toArray(NullOnUpdate[]::new);
        this.doubtful = IntStream.range(0, meanings.length)
                .filter(i -> meanings[i] != NullOnUpdate.NULL)
                .toArray();
        this.nonKey = columns.nonKey().stream().mapToInt(Integer::intValue).toArray();
    }

    /** The operation of a letter. @throws BadRow if it is none, or none of a full load */
    static Operation operation(boolean load, String letter) {
        Operation operation = Operation.of(letter)
                .orElseThrow(() -> new BadRow(
                        "column '" + RowShape.OP_COLUMN + "' is '" + shorten(letter) + "', which is none of I, U, D.",
                        BadRow.DAMAGED));
        if (load && operation != Operation.INSERT) {
            throw new BadRow(
                    "column '" + RowShape.OP_COLUMN + "' is '" + letter + "' in a full load, which only inserts.",
                    BadRow.DAMAGED);
        }

        return operation;
    }

    static Instant time(String column, String text) {
        try {
            return CommitTime.parse(text);
        } catch (DateTimeException e) {
            throw new BadRow(
                    "timestamp column '" + column + "' is '" + shorten(text) + "': " + e.getMessage() + ".",
                    BadRow.DAMAGED);
        }
    }

    static void demandSequence(String column, String text) {
        try {
            new ChangeSequence(text).commitTime();
        } catch (IllegalArgumentException e) {
            throw new BadRow(
                    "sequence column '" + column + "' is '" + shorten(text) + "', which is no change sequence.",
                    BadRow.DAMAGED);
        }
    }

    static BadRow noSequence(String column) {
        return new BadRow("sequence column '" + column + "' is empty in a change.", BadRow.DAMAGED);
    }

    /** Turns what one row's cells look like into what they mean. @throws BadRow if a null must not be taken for anything */
    void settle(CellsInMaking[] cells, CellsInMaking[] images, int row, Operation operation) {
        if (operation == Operation.UPDATE) {
            settleUpdate(cells, row);
        } else if (operation == Operation.DELETE) {
            settleDelete(cells, row);
        }
        if (images.length > 0) {
            settleBefore(images, row);
        }
    }

    /** What a null in an update means is declared by column. */
    private void settleUpdate(CellsInMaking[] cells, int row) {
        for (int i : doubtful) {
            if (cells[i].state(row) != CellState.NULL) {
                continue;
            }
            if (meanings[i] == NullOnUpdate.REFUSE) {
                throw new BadRow(
                        "column '" + own.get(i).name()
                                + "' is null in an update, and whether the source set it to null or did not log it cannot be told.",
                        "Let the source log all columns, or declare what a null in this column means.");
            }
            cells[i].mark(row, CellState.UNKNOWN);
        }
    }

    /**
     * A delete whose cells outside the key are all null logged only the key. A full image of a row whose cells are all
     * null looks the same and loses nothing by it. Without a schema with a key they stay null.
     */
    private void settleDelete(CellsInMaking[] cells, int row) {
        for (int column : nonKey) {
            if (cells[column].state(row) == CellState.PRESENT) {
                return;
            }
        }
        for (int column : nonKey) {
            cells[column].mark(row, CellState.ABSENT);
        }
    }

    /** DMS fills before-images of the whole key or of none: an empty text among filled ones is a value. */
    private static void settleBefore(CellsInMaking[] images, int row) {
        boolean given = false;
        for (CellsInMaking image : images) {
            given |= image.isGiven(row);
        }
        for (CellsInMaking image : images) {
            if (!given || image.state(row) != CellState.PRESENT) {
                image.mark(row, CellState.ABSENT);
            }
        }
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
