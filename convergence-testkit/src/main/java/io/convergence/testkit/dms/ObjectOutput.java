package io.convergence.testkit.dms;

import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stream into one object: a single put while it is small, else an upload in parts. Nothing is visible before
 * {@link #commit}; closing without it drops what was written.
 */
final class ObjectOutput extends OutputStream {
    private static final int PART_BYTES = 8 * 1024 * 1024;

    private final ObjectStore store;
    private final String key;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private @Nullable MultipartUpload upload;
    private int parts;

    ObjectOutput(ObjectStore store, String key) {
        this.store = store;
        this.key = key;
    }

    @Override
    public void write(int value) {
        pending.write(value);
        sendFullParts();
    }

    @Override
    public void write(byte[] content, int offset, int length) {
        pending.write(content, offset, length);
        sendFullParts();
    }

    private void sendFullParts() {
        if (pending.size() < 2 * PART_BYTES) {
            return;
        }

        byte[] content = pending.toByteArray();
        pending.reset();
        int sent = 0;
        while (content.length - sent >= 2 * PART_BYTES) {
            sendPart(Arrays.copyOfRange(content, sent, sent + PART_BYTES));
            sent += PART_BYTES;
        }
        pending.write(content, sent, content.length - sent);
    }

    private void sendPart(byte[] content) {
        if (upload == null) {
            upload = store.startMultipart(key);
        }
        upload.part(++parts, content);
    }

    /** DMS overwrites what has the same name. */
    void commit() {
        if (upload == null) {
            store.put(key, pending.toByteArray(), WriteCondition.none());
            return;
        }

        sendPart(pending.toByteArray());
        upload.complete(WriteCondition.none());
        upload = null;
    }

    @Override
    public void close() {
        if (upload != null) {
            upload.abort();
            upload = null;
        }
    }
}
