package io.convergence.examples.quickstart;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a step is: a bar where a person watches a terminal, else a line every few seconds. */
final class Progress implements AutoCloseable {
    private static final Duration LINE_EVERY = Duration.ofSeconds(3);

    private final PrintStream out;
    private final String step;
    private final Supplier<Count> count;
    private final Thread painter;
    private final long started = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private volatile boolean finished;

    /**
     * How far it is.
     *
     * @param total how much there is to do, or 0 if that is not known; a source that goes on may overtake it
     */
    record Count(long done, long total, String unit) {
        /** While it runs with the total, if that still lies ahead; at the end what was done. */
        String text(boolean ended) {
            return ended || total <= done
                    ? String.format(Locale.ROOT, "%,d %s", done, unit)
                    : String.format(Locale.ROOT, "%,d of %,d %s", done, total, unit);
        }
    }

    private Progress(PrintStream out, String step, Supplier<Count> count) {
        this.out = out;
        this.step = step;
        this.count = count;
        this.bar = System.console() == null
                ? null
                : new ProgressBarBuilder()
                        .setTaskName(step)
                        .setInitialMax(-1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .build();
        painter = new Thread(this::paint, "progress");
        painter.setDaemon(true);
        painter.start();
    }

    static Progress of(PrintStream out, String step, Supplier<Count> count) {
        return new Progress(out, step, count);
    }

    private void paint() {
        long every = bar == null ? LINE_EVERY.toMillis() : 200;
        try {
            while (!finished) {
                Thread.sleep(every);
                if (!finished) {
                    show();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        Count now = count.get();
        if (bar != null) {
            bar.maxHint(now.total() > 0 ? Math.max(now.total(), now.done()) : -1);
            bar.stepTo(now.done());
            bar.setExtraMessage(now.unit());
        } else {
            out.printf("  %s: %s%n", step, now.text(false));
        }
    }

    @Override
    public void close() {
        finished = true;
        painter.interrupt();
        if (bar != null) {
            show();
            bar.close();
        } else {
            out.printf("  %s: %s (%.1f s)%n", step, count.get().text(true), (System.nanoTime() - started) / 1e9);
        }
    }
}
