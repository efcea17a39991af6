package io.convergence.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stdout that remembers why a write failed; the {@code PrintWriter} above it only tells that one did. Buffered. */
final class ResultWriter extends Writer {
    private static final int BUFFER = 1 << 16;

    private final Writer out;
    private final StringBuilder buffer = new StringBuilder();
    private @Nullable IOException failure;

    ResultWriter(Writer out) {
        this.out = out;
    }

    /** Why results are missing; empty if all were written, or their reader went away because it had enough ({@code | head}). */
    Optional<String> lost() {
        IOException e = failure;
        if (e == null || String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe")) {
            return Optional.empty();
        }

        return Optional.of(String.valueOf(e.getMessage()));
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
        buffer.append(characters, offset, length);
        if (buffer.length() >= BUFFER) {
            drain();
        }
    }

    @Override
    public void flush() throws IOException {
        drain();
    }

    @Override
    public void close() throws IOException {
        drain();
    }

    private void drain() throws IOException {
        try {
            out.append(buffer);
            buffer.setLength(0);
            out.flush();
        } catch (IOException e) {
            buffer.setLength(0);
            failure = failure == null ? e : failure;
            throw e;
        }
    }
}
