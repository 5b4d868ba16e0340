internal import RefoldBytes

/// The state that one event alone gives.
extension MergeState {
    /// Its bytes.
    static func byteCount(of event: borrowing SalesforceEvent) -> Int {
        tableBytes(of: event) + name(of: event).count + event.values.count
    }

    private static func tableBytes(of event: borrowing SalesforceEvent) -> Int {
        headerBytes + MemoryLayout<MergeKey>.stride + event.leaves.count * MemoryLayout<Leaf>.stride
    }

    private static func name(of event: borrowing SalesforceEvent) -> [UInt8] {
        event.transactionKey.isEmpty ? event.identity.bytes : event.transactionKey.bytes
    }

    /// Writes it into memory of ``byteCount(of:)`` bytes.
    static func write(_ event: borrowing SalesforceEvent, to target: UnsafeMutableRawBufferPointer) {
        let name = name(of: event)
        var flags: UInt16 = event.transactionKey.isEmpty ? MergeKey.isIdentity : 0
        if event.hasBitmapFailure { flags |= MergeKey.hasBitmapFailure }
        let tables = tableBytes(of: event)
        let texts = tables + name.count
        let key = MergeKey(
            commitTimestamp: event.commitTimestamp,
            commitNumber: event.commitNumber,
            sequenceNumber: event.sequenceNumber,
            nameStart: UInt32(tables),
            nameLength: UInt32(name.count),
            copies: 1,
            kinds: ChangeKinds(event.kind),
            flags: flags
        )
        target.storeBytes(of: 1, toByteOffset: 0, as: UInt32.self)
        target.storeBytes(of: UInt32(event.leaves.count), toByteOffset: 4, as: UInt32.self)
        target.storeBytes(of: key, toByteOffset: headerBytes, as: MergeKey.self)
        var at = headerBytes + MemoryLayout<MergeKey>.stride
        event.leaves.withUnsafeBufferPointer { leaves in
            for index in leaves.indices {
                var leaf = leaves[index]
                leaf.start += UInt32(texts)
                target.storeBytes(of: leaf, toByteOffset: at, as: Leaf.self)
                at += MemoryLayout<Leaf>.stride
            }
        }
        name.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: target[tables..<texts]).copyMemory(from: $0)
        }
        event.values.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: target[texts...]).copyMemory(from: $0)
        }
    }
}

extension StateBatch {
    /// Appends the state that one event alone gives.
    package mutating func append(
        _ event: borrowing SalesforceEvent,
        lane: Int,
        key: Span<UInt8>,
        hash: UInt64
    ) {
        let count = MergeState.byteCount(of: event)
        // The closure only writes to the room that was lent.
        append(lane: lane, key: key, hash: hash, stateBytes: count) { MergeState.write(event, to: $0) }
    }
}
