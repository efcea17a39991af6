package io.convergence.change;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a row of a raw file says happened: DMS's {@code Op}. */
public enum Operation {
    INSERT('I'),
    UPDATE('U'),
    DELETE('D');

    private final char letter;

    Operation(char letter) {
        this.letter = letter;
    }

    /** The letter in the {@code Op} column. */
    public char letter() {
        return letter;
    }

    /** Null if no operation has this letter. */
    static @Nullable Operation of(int letter) {
        return switch (letter) {
            case 'I' -> INSERT;
            case 'U' -> UPDATE;
            case 'D' -> DELETE;
            default -> null;
        };
    }

    public static Optional<Operation> of(String op) {
        return switch (op) {
            case "I" -> Optional.of(INSERT);
            case "U" -> Optional.of(UPDATE);
            case "D" -> Optional.of(DELETE);
            default -> Optional.empty();
        };
    }
}
