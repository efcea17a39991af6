package io.convergence.compact;

/**
 * A value that its file's type does not allow, or that no output's type takes: its column is written as it is stored, because
 * whoever reads the raw file sees it, too (rule S18). Never leaves this package.
 */
final class UnfitValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String column;

    /** @param key of the file that has the value */
    UnfitValueException(String key, String column, ArithmeticException cause) {
        super(cause.getMessage(), cause);
        this.key = key;
        this.column = column;
    }

    String key() {
        return key;
    }

    String column() {
        return column;
    }
}
