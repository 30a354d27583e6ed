package io.github.jlamadsla.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files that are on the disk when they are said to be written, so that a rename after that never shows less of them. */
public final class DurableFile {
    private DurableFile() {}

    /**
     * Writes a new file and forces it to the disk.
     *
     * @throws FileAlreadyExistsException if there is one of that name
     */
    public static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }
}
