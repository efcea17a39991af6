package io.convergence.judges.spark;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The text constants of a class file (Java Virtual Machine Specification, 4.4): names of the classes it refers to, descriptors
 * and generic signatures, and its string literals. Nothing a class names stands outside of them.
 */
final class ClassConstants {
    private static final int MAGIC = 0xCAFEBABE;

    private ClassConstants() {}

    static List<String> read(InputStream classFile) throws IOException {
        DataInputStream in = new DataInputStream(classFile);
        if (in.readInt() != MAGIC) {
            throw new IOException("Cannot read constants: this is no class file.");
        }

        in.skipNBytes(4);
        int count = in.readUnsignedShort();
        List<String> texts = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts.add(in.readUTF());
                case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    // a long or double takes two places
                    i++;
                }
                default -> throw new IOException("Cannot read constants: unknown tag " + tag + " at place " + i + ".");
            }
        }
        return texts;
    }
}
