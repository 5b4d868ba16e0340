import RefoldBytes
import RefoldModel
import RefoldSQLite

/// A batch checked against a mapping and made into rows, ready to be written.
struct EncodedBatch: Sendable {
    /// One write.
    enum Write: Sendable {
        /// A row: `_id`, `_version`, `_source`, then the mapped columns.
        case row(id: Range<Int>, version: Int64, cells: Range<Int>)
        /// A deletion.
        case deletion(id: Range<Int>, version: Int64)
        /// A document that this index refuses.
        case refused(ItemOutcome)
    }
    /// The sources, one a line, and behind them the ids: what the cells' offsets mean.
    var bytes: [UInt8] = []
    /// The writes, in the batch's order.
    var writes: [Write] = []
    /// The cells of all rows.
    var cells: [Statement.Cell] = []

    /// Checks and encodes a batch; one bad document never costs its neighbours.
    init(_ batch: DocumentBatch, mapping: Mapping) {
        bytes.reserveCapacity(batch.bytes.count + batch.count + JSONTape.padding)
        writes.reserveCapacity(batch.count)
        cells.reserveCapacity(batch.count * (mapping.columns.count + 3))
        let refusals = batch.entries.map { batch.refusal(of: $0) }
        var hasSource: [Int] = []
        for (place, entry) in batch.entries.enumerated() where refusals[place] == nil && !entry.isDeletion {
            hasSource.append(place)
            bytes.append(contentsOf: batch.bytes[entry.sourceRange])
            bytes.append(UInt8(ascii: "\n"))
        }
        let textCount = bytes.count
        let idsStart = textCount
        for entry in batch.entries { bytes.append(contentsOf: batch.bytes[entry.idRange]) }
        bytes.append(contentsOf: repeatElement(0, count: JSONTape.padding))
        var rows = RowEncoder(mapping: mapping, cells: cells)
        var outcomes: [Result<Range<Int>, Refusal>] = []
        outcomes.reserveCapacity(hasSource.count)
        var tape = JSONTape()
        bytes.withUnsafeBytes { buffer in
            tape.withLines(of: UnsafeRawBufferPointer(rebasing: buffer[0..<textCount])) {
                lines,
                nodes,
                text in
                for place in 0..<lines.count { outcomes.append(rows.encode(lines[place], nodes, text)) }
            }
        }
        cells = rows.cells
        assemble(batch, refusals: refusals, outcomes: outcomes, hasSource: hasSource, idsStart: idsStart)
    }

    private mutating func assemble(
        _ batch: DocumentBatch,
        refusals: [ItemOutcome?],
        outcomes: [Result<Range<Int>, Refusal>],
        hasSource: [Int],
        idsStart: Int
    ) {
        var next = 0
        var idStart = idsStart
        for (place, entry) in batch.entries.enumerated() {
            let id = idStart..<idStart + entry.idLength
            idStart = id.upperBound
            if let refusal = refusals[place] {
                writes.append(.refused(refusal))
            } else if entry.isDeletion {
                writes.append(.deletion(id: id, version: entry.version))
            } else {
                switch outcomes[next] {
                case .success(let row):
                    cells[row.lowerBound] = .text(offset: id.lowerBound, count: id.count)
                    cells[row.lowerBound + 1] = .integer(entry.version)
                    writes.append(.row(id: id, version: entry.version, cells: row))
                case .failure(let refusal):
                    writes.append(
                        .refused(
                            .rejected(
                                why: "mapping_refused",
                                detail: refusal.detail,
                                field: refusal.field
                            )
                        )
                    )
                }
                next += 1
            }
        }
    }
}
