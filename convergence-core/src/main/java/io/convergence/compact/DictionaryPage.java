package io.convergence.compact;

import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DecodedPage;
import io.convergence.store.internal.pages.LevelRuns;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary whose entries are used once each and in order, as that of a column without equal values is: it is a page of values itself,
 * and the ids need not be stored.
 *
 * @param levels of the pages with ids
 * @param pages how many of them there are
 * @param more whether another page follows, which the reader is at
 */
record DictionaryPage(LevelRuns levels, int pages, boolean more) {
    /** Whether the page at hand has ids of a dictionary that is large enough to be a page. */
    static boolean isWorthALook(ColumnPages chunk) {
        return chunk.page().hasIds() && chunk.dictionaryPage().unpacked() >= ColumnPolicy.BYTES_OF_COPIED_PAGE;
    }

    /** @param chunk before its first page. @return null if the dictionary is none of that kind */
    static @Nullable DictionaryPage read(ColumnPages chunk) {
        if (!chunk.next() || !isWorthALook(chunk)) {
            return null;
        }

        LevelRuns levels = new LevelRuns();
        int entry = 0;
        int pages = 0;
        boolean more;
        do {
            DecodedPage page = chunk.decode();
            int count = page.levels().present();
            if (!inOrder(page.ids(), count, entry)) {
                return null;
            }

            entry += count;
            levels.append(page.levels());
            pages++;
            more = chunk.next();
        } while (more && chunk.page().hasIds());

        return entry == chunk.dictionaryPage().values() ? new DictionaryPage(levels, pages, more) : null;
    }

    private static boolean inOrder(int[] ids, int count, int first) {
        for (int i = 0; i < count; i++) {
            if (ids[i] != first + i) {
                return false;
            }
        }

        return true;
    }
}
