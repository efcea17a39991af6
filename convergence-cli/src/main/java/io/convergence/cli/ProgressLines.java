package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.pipeline.ProgressListener;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows on stderr how far long work is: a bar where a person watches, else a line every few seconds. Close it at the end. */
final class ProgressLines implements ProgressListener, AutoCloseable {
    private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintWriter err;
    private final boolean watched;
    private @Nullable ProgressBar bar;
    private String shown = "";
    private long lastLine = System.nanoTime();

    ProgressLines(PrintWriter err) {
        this.err = err;
        this.watched = Terminal.watched();
    }

    @Override
    public void progress(TableId table, Step step, long done, long total) {
        String name = table + " "
                + switch (step) {
                    case PROFILE -> "look into files";
                    case READ -> "read files";
                    case COMPACT -> "compact rows";
                    case WRITE -> "write rows";
                };
        show(name, done, total);
    }

    /** @param total 0 if not known */
    void show(String name, long done, long total) {
        if (watched) {
            bar(name, total).stepTo(done);
        } else if (System.nanoTime() - lastLine > EVERY_NANOS) {
            lastLine = System.nanoTime();
            err.printf("%s: %,d%s%n", name, done, total > 0 ? String.format(" of %,d", total) : "");
            err.flush();
        }
    }

    private ProgressBar bar(String name, long total) {
        ProgressBar current = bar;
        if (current == null || !name.equals(shown)) {
            close();
            current = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(total > 0 ? total : -1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .build();
            bar = current;
            shown = name;
        }

        return current;
    }

    @Override
    public void close() {
        ProgressBar current = bar;
        if (current != null) {
            current.close();
            bar = null;
        }
    }
}
