package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.ETag;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.WriteCondition;
import java.time.Instant;

/**
 * How an honest store answers a probe that meets the object of an earlier one: each process tries the store before it writes,
 * which is shown elsewhere, and would cost a simulated one as much as its work.
 */
final class TriedStore {
    private static final String KEY = World.CONTROL + ConditionalWriteProbe.PROBE_NAME;
    private static final PreconditionFailedException THERE =
            new PreconditionFailedException(KEY, "Cannot write '" + KEY + "': it is there.", null);
    private static final MultipartUpload UPLOAD = new Refused();

    static final ObjectStat OBJECT = ObjectStat.of(KEY, 1, new ETag("tried"), Instant.EPOCH);

    private TriedStore() {}

    static ObjectStat put(WriteCondition condition) {
        if (condition instanceof WriteCondition.Unconditional) {
            return OBJECT;
        }

        throw THERE;
    }

    static MultipartUpload upload() {
        return UPLOAD;
    }

    private static final class Refused implements MultipartUpload {
        @Override
        public String key() {
            return KEY;
        }

        @Override
        public void part(int number, byte[] content) {}

        @Override
        public ObjectStat complete(WriteCondition condition) {
            return put(condition);
        }

        @Override
        public void abort() {}
    }
}
