package io.convergence.examples.quickstart;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a step is: a bar where a person watches a terminal, else a line every few seconds. */
final class Progress implements AutoCloseable {
    private static final Duration LINE_EVERY = Duration.ofSeconds(3);

    private final PrintStream out;
    private final String step;
    private final String unit;
    private final LongSupplier done;
    private final long total;
    private final Thread painter;
    private final long started = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private volatile boolean finished;

    /** @param total how much there is to do, or 0 if that is not known */
    private Progress(PrintStream out, String step, String unit, long total, LongSupplier done) {
        this.out = out;
        this.step = step;
        this.unit = unit;
        this.done = done;
        this.total = total;
        this.bar = System.console() == null
                ? null
                : new ProgressBarBuilder()
                        .setTaskName(step)
                        .setUnit(" " + unit, 1)
                        .setInitialMax(total == 0 ? -1 : total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .build();
        painter = new Thread(this::paint, "progress");
        painter.setDaemon(true);
        painter.start();
    }

    static Progress of(PrintStream out, String step, String unit, long total, LongSupplier done) {
        return new Progress(out, step, unit, total, done);
    }

    private void paint() {
        long every = bar == null ? LINE_EVERY.toMillis() : 200;
        try {
            while (!finished) {
                Thread.sleep(every);
                if (!finished) {
                    show("");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(String suffix) {
        long now = done.getAsLong();
        if (bar != null) {
            bar.stepTo(now);
        } else if (total > 0) {
            out.printf("  %s: %,d of %,d %s%s%n", step, now, total, unit, suffix);
        } else {
            out.printf("  %s: %,d %s%s%n", step, now, unit, suffix);
        }
    }

    @Override
    public void close() {
        finished = true;
        painter.interrupt();
        show(String.format(" (%.1f s)", (System.nanoTime() - started) / 1e9));
        if (bar != null) {
            bar.close();
        }
    }
}
