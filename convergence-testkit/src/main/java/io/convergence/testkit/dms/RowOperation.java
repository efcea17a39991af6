package io.convergence.testkit.dms;

/** DMS's operations with the letter of column {@code Op} and the word of {@code $AR_H_OPERATION}. */
enum RowOperation {
    INSERT('I'),
    UPDATE('U'),
    DELETE('D');

    private final char letter;

    RowOperation(char letter) {
        this.letter = letter;
    }

    char letter() {
        return letter;
    }

    String word() {
        return name();
    }
}
