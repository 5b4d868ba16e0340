package import RefoldBytes

/// A set of events of one aggregate as bytes, for folds in which order matters.
///
/// Shape, little-endian: `count: UInt32`, then for each event, ascending by order: the lengths of order key and line
/// (`UInt32` each), where it was read (`segment, frame: UInt32, line: UInt64`), the order key, the line. An order key is
/// bytes whose byte order is the events' order; equal keys are copies of one event, of which the byte-wise smaller line
/// counts (MANIFESTS, "Read model").
package enum HistoryState {
    /// One event of a history.
    package struct Entry: Sendable {
        /// Bytes whose order is the event's.
        package var order: ByteString
        /// The line after FOLD R4.
        package var line: ByteString
        /// Where it was read.
        package var place: LinePlace

        /// All parts.
        package init(order: ByteString, line: ByteString, place: LinePlace) {
            self.order = order
            self.line = line
            self.place = place
        }
    }

    /// The state of one event.
    package static func encode(_ entry: Entry, into output: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        append(UInt32(1), to: &output)
        append(UInt32(entry.order.count), to: &output)
        append(UInt32(entry.line.count), to: &output)
        append(entry.place.segment, to: &output)
        append(entry.place.block, to: &output)
        append(entry.place.line, to: &output)
        output.append(contentsOf: entry.order.bytes)
        output.append(contentsOf: entry.line.bytes)
    }

    /// The events of a state, ascending.
    package static func entries(_ state: RawSpan) -> [Entry] {
        var cursor = HistoryCursor(state)
        var entries: [Entry] = []
        while let event = cursor.next(in: state) {
            entries.append(
                Entry(
                    order: copy(state, event.order),
                    line: copy(state, event.line),
                    place: event.place
                )
            )
        }
        return entries
    }

    static func append(_ value: some FixedWidthInteger & BitwiseCopyable, to output: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { output.append(contentsOf: $0) }
    }

    private static func copy(_ state: RawSpan, _ range: Range<Int>) -> ByteString {
        state.extracting(range).withUnsafeBytes { ByteString(copying: $0) }
    }
}

/// Where a line was read: the block of a segment, and the line in it.
package struct LinePlace: Sendable, Hashable, Comparable {
    /// Index of the segment.
    package var segment: UInt32
    /// Ordinal of the block within the segment.
    package var block: UInt32
    /// Index of the line within the block.
    package var line: UInt64

    /// All parts.
    package init(segment: UInt32, block: UInt32, line: UInt64) {
        self.segment = segment
        self.block = block
        self.line = line
    }

    /// Order of reading.
    package static func < (left: LinePlace, right: LinePlace) -> Bool {
        (left.segment, left.block, left.line) < (right.segment, right.block, right.line)
    }
}

/// One event's parts within a history, walked in order.
struct HistoryCursor {
    struct Event {
        var whole: Range<Int>
        var order: Range<Int>
        var line: Range<Int>
        var place: LinePlace
    }
    private var at = 4
    private var rest: Int

    init(_ state: RawSpan) { rest = Int(state.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)) }

    mutating func next(in state: RawSpan) -> Event? {
        guard rest > 0 else { return nil }
        rest -= 1
        func load<T: BitwiseCopyable>(_ offset: Int, _ type: T.Type) -> T {
            state.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
        }
        let start = at
        let order = start + 24..<start + 24 + Int(load(start, UInt32.self))
        let line = order.upperBound..<order.upperBound + Int(load(start + 4, UInt32.self))
        at = line.upperBound
        let place = LinePlace(
            segment: load(start + 8, UInt32.self),
            block: load(start + 12, UInt32.self),
            line: load(start + 16, UInt64.self)
        )
        return Event(whole: start..<at, order: order, line: line, place: place)
    }
}

/// Unites two histories.
struct HistoryCombiner: ~Copyable {
    var output: [UInt8] = []

    func withOutput<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(output.span.bytes)
    }

    mutating func combine(_ left: RawSpan, _ right: RawSpan) {
        output.removeAll(keepingCapacity: true)
        HistoryState.append(UInt32(0), to: &output)
        var count: UInt32 = 0
        var lefts = HistoryCursor(left)
        var rights = HistoryCursor(right)
        var ours = lefts.next(in: left)
        var theirs = rights.next(in: right)
        while ours != nil || theirs != nil {
            var order = ours == nil ? 1 : -1
            if let ours, let theirs { order = MergeKey.compareBytes(left, ours.order, right, theirs.order) }
            var takesRight = order > 0
            if order == 0, let ours, let theirs {
                let lines = MergeKey.compareBytes(left, ours.line, right, theirs.line)
                takesRight = lines == 0 ? theirs.place < ours.place : lines > 0
            }
            if let event = takesRight ? theirs : ours {
                let source = takesRight ? right : left
                source.extracting(event.whole).withUnsafeBytes { output.append(contentsOf: $0) }
                count += 1
            }
            if order <= 0 { ours = lefts.next(in: left) }
            if order >= 0 { theirs = rights.next(in: right) }
        }
        withUnsafeBytes(of: count.littleEndian) { bytes in
            for offset in 0..<4 { output[offset] = bytes[offset] }
        }
    }
}
