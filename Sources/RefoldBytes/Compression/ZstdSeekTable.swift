/// The list of frames at the end of a zstd file that can be entered at any of them.
///
/// Shape: a skippable frame of entries (compressed size, decoded size, sometimes a checksum), then a footer.
/// Source: the zstd seekable format, version 0.1.0, in zstd's contrib folder.
package struct ZstdSeekTable: Sendable, Hashable {
    /// One frame.
    package struct Entry: Sendable, Hashable {
        /// Its length in the file.
        package var compressedBytes: UInt32
        /// Its decoded length.
        package var decodedBytes: UInt32

        /// Both lengths.
        package init(compressedBytes: UInt32, decodedBytes: UInt32) {
            self.compressedBytes = compressedBytes
            self.decodedBytes = decodedBytes
        }
    }

    /// The length of the footer, which ends the file.
    package static let footerBytes = 9
    private static let frameMagic: UInt32 = 0x184D_2A5E
    private static let footerMagic: UInt64 = 0x8F92_EAB1
    private static let mostFrames: UInt64 = 0x800_0000

    /// The frames in file order.
    package var entries: [Entry]

    /// A table of frames.
    package init(_ entries: [Entry]) { self.entries = entries }

    /// Appends the table as its skippable frame.
    package func write(into output: inout ByteBuffer) {
        output.appendLittleEndian(Self.frameMagic)
        output.appendLittleEndian(UInt32(truncatingIfNeeded: entries.count * 8 + Self.footerBytes))
        for entry in entries {
            output.appendLittleEndian(entry.compressedBytes)
            output.appendLittleEndian(entry.decodedBytes)
        }
        output.appendLittleEndian(UInt32(truncatingIfNeeded: entries.count))
        output.append([0])
        output.appendLittleEndian(UInt32(truncatingIfNeeded: Self.footerMagic))
    }

    /// The length of the whole table, its frame's header included, as the last bytes of a file tell it.
    ///
    /// Returns nil when the bytes do not end in a footer, or in one that the format does not allow.
    package static func length(fromFooter tail: RawSpan) -> Int? {
        guard let (frames, entryBytes) = footer(tail) else { return nil }
        return 8 + Int(frames) * entryBytes + footerBytes
    }

    /// Reads a table from exactly its bytes, and holds it against the length of the file before it.
    ///
    /// Nothing is believed: the frames have to fill the file up to the table to the byte, else nil.
    package init?(_ table: RawSpan, bytesBefore: UInt64) {
        guard let (frames, entryBytes) = Self.footer(table),
            table.byteCount == 8 + Int(frames) * entryBytes + 9,
            table.littleEndian(at: 0, length: 4) == UInt64(Self.frameMagic),
            table.littleEndian(at: 4, length: 4) == UInt64(table.byteCount - 8)
        else { return nil }
        var entries: [Entry] = []
        entries.reserveCapacity(Int(frames))
        var sum: UInt64 = 0
        for place in stride(from: 8, to: 8 + Int(frames) * entryBytes, by: entryBytes) {
            guard let compressed = table.littleEndian(at: place, length: 4),
                let decoded = table.littleEndian(at: place + 4, length: 4)
            else { return nil }
            sum += compressed
            entries.append(
                Entry(
                    compressedBytes: UInt32(truncatingIfNeeded: compressed),
                    decodedBytes: UInt32(truncatingIfNeeded: decoded)
                )
            )
        }
        guard sum == bytesBefore else { return nil }
        self.entries = entries
    }

    private static func footer(_ tail: RawSpan) -> (frames: UInt64, entryBytes: Int)? {
        let start = tail.byteCount - footerBytes
        guard let frames = tail.littleEndian(at: start, length: 4),
            let descriptor = tail.littleEndian(at: start + 4, length: 1),
            tail.littleEndian(at: start + 5, length: 4) == footerMagic,
            frames <= mostFrames, descriptor & 0b0111_1100 == 0
        else { return nil }
        return (frames, descriptor & 0b1000_0000 == 0 ? 8 : 12)
    }
}
