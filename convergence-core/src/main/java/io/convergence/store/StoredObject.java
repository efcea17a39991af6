package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/** A small object read whole: its metadata and its bytes, both of the same version. */
public final class StoredObject {
    private final ObjectStat stat;
    private final byte[] content;

    public StoredObject(ObjectStat stat, byte[] content) {
        this.stat = requireNonNull(stat, "stat");
        this.content = content.clone();
    }

    public ObjectStat stat() {
        return stat;
    }

    public byte[] content() {
        return content.clone();
    }

    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }
}
