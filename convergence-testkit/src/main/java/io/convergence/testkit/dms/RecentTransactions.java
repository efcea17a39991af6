package io.convergence.testkit.dms;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last whole transactions of a run, as the source logged them, for a task that resumes before them. Not thread-safe. */
final class RecentTransactions {
    private final int most;
    private final Deque<List<PgMessage>> transactions = new ArrayDeque<>();
    private @Nullable List<PgMessage> open;
    private int changes;

    /** @param most changes that are kept, but for whole transactions; 0 for none */
    RecentTransactions(int most) {
        this.most = most;
    }

    void see(PgMessage message) {
        if (most == 0) {
            return;
        }
        if (message instanceof PgMessage.Begin) {
            open = new ArrayList<>();
        }
        List<PgMessage> transaction = open;
        if (transaction == null) {
            return;
        }
        transaction.add(message);
        if (message instanceof PgMessage.Commit) {
            open = null;
            if (changesOf(transaction) > 0) {
                transactions.addLast(transaction);
                changes += changesOf(transaction);
            }
            while (changes - changesOf(transactions.getFirst()) >= most) {
                changes -= changesOf(transactions.removeFirst());
            }
        }
    }

    private static int changesOf(List<PgMessage> transaction) {
        return (int) transaction.stream().filter(RecentTransactions::isChange).count();
    }

    private static boolean isChange(PgMessage message) {
        return message instanceof PgMessage.Insert
                || message instanceof PgMessage.Update
                || message instanceof PgMessage.Delete;
    }

    /** Gives up all but the last whole transactions with so many changes together, or what there is, and gives these. */
    List<PgMessage> keepLast(int wanted) {
        while (!transactions.isEmpty() && changes - changesOf(transactions.getFirst()) >= wanted) {
            changes -= changesOf(transactions.removeFirst());
        }
        return transactions.stream().flatMap(List::stream).toList();
    }
}
