import RefoldBytes
import RefoldSQLite

/// A checksum over the values of a row, so that a flipped bit inside a cell is seen: SQLite's own check sees only the
/// tree around it.
///
/// Shape: FNV-1a over each value's kind, length and bytes, 64 bits. Against accidents, not against people.
struct RowSeal {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The seal of values in their order.
    static func of(_ values: [SQLValue]) -> SQLValue {
        var seal = RowSeal()
        for value in values { seal.add(value) }
        return .integer(Int64(bitPattern: seal.state))
    }

    private mutating func add(_ value: SQLValue) {
        switch value {
        case .null: add(kind: 0, [])
        case .integer(let number): add(kind: 1, Swift.withUnsafeBytes(of: number.littleEndian) { Array($0) })
        case .real(let number):
            add(kind: 2, Swift.withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) })
        case .text(let text): add(kind: 3, text.bytes)
        case .blob(let bytes): add(kind: 4, bytes)
        }
    }

    private mutating func add(kind: UInt8, _ bytes: [UInt8]) {
        mix(kind)
        var length = UInt64(bytes.count)
        while length > 0 {
            mix(UInt8(truncatingIfNeeded: length))
            length >>= 8
        }
        for byte in bytes { mix(byte) }
    }

    private mutating func mix(_ byte: UInt8) {
        state ^= UInt64(byte)
        state &*= 0x0000_0100_0000_01b3
    }
}
