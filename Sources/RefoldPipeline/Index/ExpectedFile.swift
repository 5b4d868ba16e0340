import RefoldBytes

/// The form of a file of expected documents.
///
/// Shape: `RFXP1\n`, then a record each: kind (1 byte), version (8), hash (16), length of the id (4), the id; all
/// little-endian; then kind 0, the number of records (8) and FNV-1a of everything before (8). In order of id bytes.
private enum ExpectedFile {
    static let magic = Array("RFXP1\n".utf8)
    static let headerBytes = 29
    static let trailerBytes = 17
    static let chunk = 1 << 16
}

/// Writes a file of expected documents.
struct ExpectedFileWriter {
    private let file: WorkFile
    private var buffer: [UInt8]
    private var sum = RunningSum()
    private var count: UInt64 = 0

    init(path: String) throws(PipelineError) {
        file = try WorkFile.create(path)
        buffer = ExpectedFile.magic
    }

    mutating func write(
        id: ArraySlice<UInt8>,
        version: Int64,
        kind: ExpectedDocument.Kind,
        hash: SourceHash
    ) throws(PipelineError) {
        buffer.append(kind.rawValue)
        buffer.append(littleEndian: UInt64(bitPattern: version), bytes: 8)
        buffer.append(littleEndian: hash.high, bytes: 8)
        buffer.append(littleEndian: hash.low, bytes: 8)
        buffer.append(littleEndian: UInt64(id.count), bytes: 4)
        buffer.append(contentsOf: id)
        count += 1
        if buffer.count >= ExpectedFile.chunk { try flush() }
    }

    /// Ends the file and makes it durable.
    mutating func finish() throws(PipelineError) {
        buffer.append(0)
        buffer.append(littleEndian: count, bytes: 8)
        try flush()
        buffer.append(littleEndian: sum.value, bytes: 8)
        try file.append(buffer)
        try file.synchronize()
    }

    private mutating func flush() throws(PipelineError) {
        sum.add(buffer[...])
        try file.append(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Reads a file of expected documents record by record; the end is checked against count and checksum.
struct ExpectedFileReader {
    private let file: WorkFile
    private var buffer: [UInt8] = []
    private var place = 0
    private var sum = RunningSum()
    private var count: UInt64 = 0
    private var hasEnded = false

    init(path: String) throws(PipelineError) {
        file = try WorkFile.open(path)
        guard try available(ExpectedFile.magic.count), buffer.starts(with: ExpectedFile.magic) else {
            throw damage("it does not begin as one")
        }
        take(ExpectedFile.magic.count)
    }

    /// The next record; nil at the end.
    mutating func next() throws(PipelineError) -> ExpectedDocument? {
        guard !hasEnded else { return nil }
        guard try available(1) else { throw damage("it is cut off") }
        guard buffer[place] != 0 else {
            try checkEnd()
            return nil
        }
        guard try available(ExpectedFile.headerBytes),
            let kind = ExpectedDocument.Kind(rawValue: buffer[place])
        else {
            throw damage("a record is cut off or of no known kind")
        }
        let version = Int64(bitPattern: number(at: 1, bytes: 8))
        let hash = SourceHash(high: number(at: 9, bytes: 8), low: number(at: 17, bytes: 8))
        let length = Int(number(at: 25, bytes: 4))
        // An id is at most 512 bytes where it was written; a longer one was refused and is noted all the same.
        guard length <= 1 << 24, try available(ExpectedFile.headerBytes + length) else {
            throw damage("a record is cut off")
        }
        let start = place + ExpectedFile.headerBytes
        let id = ByteString(copying: buffer[start..<start + length])
        take(ExpectedFile.headerBytes + length)
        count += 1
        return ExpectedDocument(id: id, version: version, kind: kind, hash: hash)
    }

    private mutating func checkEnd() throws(PipelineError) {
        guard try available(ExpectedFile.trailerBytes) else { throw damage("it is cut off") }
        let noted = number(at: 1, bytes: 8)
        let seal = number(at: 9, bytes: 8)
        take(9)
        guard noted == count, seal == sum.value else { throw damage("its checksum differs") }
        hasEnded = true
    }

    /// Whether so many bytes lie ahead; reads on until they do or the file ends.
    private mutating func available(_ wanted: Int) throws(PipelineError) -> Bool {
        while buffer.count - place < wanted {
            let more = try file.next(ExpectedFile.chunk)
            guard !more.isEmpty else { return false }
            buffer.removeFirst(place)
            place = 0
            buffer.append(contentsOf: more)
        }
        return true
    }

    private mutating func take(_ length: Int) {
        sum.add(buffer[place..<place + length])
        place += length
    }

    private func number(at offset: Int, bytes: Int) -> UInt64 {
        var value: UInt64 = 0
        for byte in buffer[place + offset..<place + offset + bytes].reversed() {
            value = value << 8 | UInt64(byte)
        }
        return value
    }

    private func damage(_ cause: String) -> PipelineError {
        PipelineError(
            .damaged,
            "the note of expected documents is damaged",
            place: file.path,
            cause: cause,
            fix: "run the same command with --fresh"
        )
    }
}

/// FNV-1a, 64 bits, over bytes as they pass.
private struct RunningSum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            value ^= UInt64(byte)
            value &*= 0x0000_0100_0000_01b3
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: UInt64, bytes: Int) {
        for place in 0..<bytes { append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }
}
