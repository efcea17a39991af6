package io.convergence.compact;

/**
 * Where outputs end, so that they land in the band. The data at hand is cut into as many outputs as bring each nearest to
 * the target, and all to about the same size; so the last one is no smaller than the others. Pure: what is still to be
 * written is an estimate, which the caller corrects from file to file.
 *
 * @param mostOrigins bytes of the footer that may tell the origin of rows, after which an output ends however small it is
 */
record Sizing(long smallest, long target, long largest, long mostOrigins) {
    Sizing(long smallest, long target, long largest) {
        this(smallest, target, largest, OriginBytes.MOST);
    }

    static Sizing of(CompactionOptions options) {
        return new Sizing(
                options.smallestOfBand().bytes(),
                options.targetSize().bytes(),
                options.largestOfBand().bytes(),
                ((Settings) options).mostOriginBytes());
    }

    /** How many outputs to make of so many bytes; at least one. */
    long outputs(double total) {
        long fewer = (long) Math.max(1, Math.floor(total / target));
        double large = total / fewer;
        double small = total / (fewer + 1);
        if (small < smallest) {
            return fewer;
        }
        if (large > largest) {
            return fewer + 1;
        }

        return large / target <= target / small ? fewer : fewer + 1;
    }

    /**
     * Whether an output ends before the next file.
     *
     * @param written bytes of the output
     * @param next bytes the next file will add
     * @param rest bytes still to be written, the next file's among them
     */
    boolean isFull(double written, double next, double rest) {
        if (written < smallest) {
            return false;
        }
        if (written + next > largest) {
            return true;
        }

        double total = written + rest;
        long outputs = outputs(total);
        if (outputs == 1) {
            return false;
        }
        if (outputs == 2 && total <= largest && rest / smallest < largest / total) {
            // Both ways end near an edge of the band; the estimate of one large output may be wrong by more.
            return false;
        }
        if (rest < smallest) {
            return false;
        }

        return written + next / 2 >= total / outputs;
    }
}
