package io.convergence.testkit.histories;

import io.convergence.testkit.dms.ScriptReload;
import io.convergence.testkit.dms.ScriptReplay;

/**
 * One step of a {@link History}. What does not apply when its turn comes (an update of a row that is not there) is passed
 * over, so that whatever part of a history is left is a history too: that is what makes shrinking simple.
 */
sealed interface Step {
    /** Names the step and the changes it makes, also when other steps are left out. */
    int no();

    void tell(Source source);

    /** A row that is there before the first load. */
    record Row(int no, long id, int value) implements Step {
        @Override
        public void tell(Source source) {
            source.row(this);
        }
    }

    /**
     * The first load, or a reload.
     *
     * @param meanwhile how many of the next steps happen while it is going on
     */
    record Load(int no, int meanwhile, ScriptReload form) implements Step {
        @Override
        public void tell(Source source) {
            source.load(this);
        }
    }

    record Insert(int no, long id, int value) implements Step {
        @Override
        public void tell(Source source) {
            source.insert(this);
        }
    }

    /** @param lob whether the large object is set, too; if not, it is not logged */
    record Update(int no, long id, int value, boolean lob) implements Step {
        @Override
        public void tell(Source source) {
            source.update(this);
        }
    }

    record Delete(int no, long id) implements Step {
        @Override
        public void tell(Source source) {
            source.delete(this);
        }
    }

    /** The key changes; with a value of 0 nothing else does. */
    record Move(int no, long id, long to, int value, boolean lob) implements Step {
        @Override
        public void tell(Source source) {
            source.move(this);
        }
    }

    /** Two rows exchange their keys in one transaction. */
    record Swap(int no, long one, long other) implements Step {
        @Override
        public void tell(Source source) {
            source.swap(this);
        }
    }

    record Commit(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.commit(no);
        }
    }

    /** The file ends here; within a transaction it is cut. */
    record Flush(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.flush(no);
        }
    }

    /** The next transaction commits in the same hundredth of a second as the one before. */
    record Hurry(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.hurry();
        }
    }

    /** The change counter restarts; nothing is written again. */
    record NewRun(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.newRun(no);
        }
    }

    /** The task restarts and writes the last changes again. */
    record Replay(int no, int changes, ScriptReplay form) implements Step {
        @Override
        public void tell(Source source) {
            source.replay(this);
        }
    }

    /** A nullable column without default. */
    record AddColumn(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.addColumn(no);
        }
    }

    /** {@code b} goes from INT4 to NUMERIC(12, 2). */
    record Widen(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.widen(no);
        }
    }

    /** The added column goes, for good. */
    record DropColumn(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.dropColumn(no);
        }
    }

    /**
     * Files only: the column that may be added comes with a default, which the rows there are hold too.
     *
     * @param declared whether somebody tells the pipeline so
     */
    record AddDefault(int no, boolean declared) implements Step {
        @Override
        public void tell(Source source) {
            source.addDefault(this);
        }
    }

    /**
     * Files only: {@code a} gets another name.
     *
     * @param declared whether somebody tells the pipeline so
     */
    record Rename(int no, boolean declared) implements Step {
        @Override
        public void tell(Source source) {
            source.rename(this);
        }
    }

    /**
     * Files only: the table is merged, then truncated by a source that captures it, so that DMS deletes its files.
     *
     * @param declared whether somebody tells the pipeline so, after it was suspect
     */
    record Truncate(int no, boolean declared) implements Step {
        @Override
        public void tell(Source source) {
            source.truncate(this);
        }
    }

    /** Files only: while the next load goes on, the pipeline merges what is there of it. */
    record HalfLoad(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.halfLoad(no);
        }
    }

    /** Files only: in the middle of a transaction the pipeline merges what is there, and nobody says that it is all. */
    record MergeCut(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.mergeCut(no);
        }
    }

    /** Planted: the source's clock goes back. */
    record ClockBack(int no, int seconds) implements Step {
        @Override
        public void tell(Source source) {
            source.clockBack(this);
        }
    }

    /** Planted: two rows become alike but for a large object, and exchange their keys without logging it. */
    record SwapTwins(int no, long one, long other, int value) implements Step {
        @Override
        public void tell(Source source) {
            source.swapTwins(this);
        }
    }

    /** Planted: the load reads a key twice, with different cells. */
    record LoadTwice(int no, long id) implements Step {
        @Override
        public void tell(Source source) {
            source.loadTwice(this);
        }
    }

    /** Planted: a change has the sequence of the one before it. */
    record Forge(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.forge(this);
        }
    }

    /** Files only: time passes. */
    record Pause(int no, int minutes) implements Step {
        @Override
        public void tell(Source source) {
            source.pause(this);
        }
    }

    /** Files only: the next file is stored after later ones. */
    record LateFile(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.lateFile(no);
        }
    }

    /** Files only: late files are stored. */
    record Arrive(int no) implements Step {
        @Override
        public void tell(Source source) {
            source.arrive(no);
        }
    }

    /**
     * Files only: the pipeline merges what is there.
     *
     * @param crashAt the request at which a first process dies; 0 for none
     */
    record Merge(int no, int crashAt) implements Step {
        @Override
        public void tell(Source source) {
            source.merge(this);
        }
    }

    /** Files only: raw files are compacted, with a crash as in {@link Merge}. */
    record Compact(int no, int crashAt) implements Step {
        @Override
        public void tell(Source source) {
            source.compact(this);
        }
    }
}
