package io.convergence.store;

import java.util.concurrent.atomic.LongAdder;

/** What a folder store asked of the file system, so that tests can hold it to an amount of work instead of a time. */
record FileWork(LongAdder foldersRead, LongAdder attributesRead, LongAdder digestsComputed) {
    FileWork() {
        this(new LongAdder(), new LongAdder(), new LongAdder());
    }
}
