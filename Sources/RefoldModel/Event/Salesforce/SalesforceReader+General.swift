package import RefoldBytes

/// The event in the form that upcasters and folds in order see, and back.
extension SalesforceReader {
    /// The parts of the event last read that only the general form needs.
    struct GeneralParts {
        var body = JSONObject()
        var changed: [ByteString]?
        var nulled: [ByteString]?
        var diffs: [ByteString]?
        var isChangedUndecodable = false
        var isNulledUndecodable = false
        var isDiffsUndecodable = false
    }

    /// The event last read, of one of its records.
    ///
    /// The reader must have been made with `keepsBody`. Position is commitTimestamp; order within a history comes from
    /// ``orderBytes``.
    package func general(id: ByteString) -> Event {
        Event(
            entity: event.entity,
            id: id,
            type: event.kind.word,
            position: event.commitTimestamp,
            time: .integer(event.commitTimestamp),
            timeMilliseconds: event.commitTimestamp,
            body: parts.body,
            changedFields: parts.changed,
            nulledFields: parts.nulled,
            diffFields: parts.diffs
        )
    }

    /// Bytes whose order is the order of FOLD R14.
    package var orderBytes: ByteString {
        var bytes: [UInt8] = []
        func append(_ value: Int64) {
            withUnsafeBytes(of: (UInt64(bitPattern: value) ^ 1 << 63).bigEndian) {
                bytes.append(contentsOf: $0)
            }
        }
        /// 00 ends a text and sorts first; 00 FF stands for a zero byte within it.
        func append(_ text: ByteString) {
            for byte in text.bytes {
                bytes.append(byte)
                if byte == 0 { bytes.append(0xFF) }
            }
            bytes.append(contentsOf: [0, 0])
        }
        append(event.commitTimestamp)
        append(event.commitNumber)
        append(event.transactionKey)
        append(event.sequenceNumber)
        append(event.identity)
        return ByteString(bytes)
    }

    /// Takes what an upcaster left of the event last read: leaves and failures are derived anew from body and lists.
    ///
    /// Throws `upcast_failed` for a body that is no JSON, such as a number made of other characters.
    package mutating func rebuild(from general: Event) throws(EventReject) {
        let json = JSONValue.object(general.body).canonical
        var changed = event
        changed.leaves.removeAll()
        changed.values.removeAll()
        changed.hasBitmapFailure = false
        let parts = parts
        let isRead = withInnerTape(of: json) { builder, nodes, text in
            builder.index(0, nodes, in: text)
            if changed.kind.isFull {
                builder.full(nodes, in: text, into: &changed)
            } else if changed.kind == .update {
                builder.changed.take(
                    general.changedFields,
                    isUndecodable: parts.isChangedUndecodable,
                    &builder.cache
                )
                builder.nulled.take(
                    general.nulledFields,
                    isUndecodable: parts.isNulledUndecodable,
                    &builder.cache
                )
                builder.diffs.take(
                    general.diffFields,
                    isUndecodable: parts.isDiffsUndecodable,
                    &builder.cache
                )
                let isPubSub = general.nulledFields != nil || parts.isNulledUndecodable
                builder.update(isPubSub: isPubSub, nodes, in: text, into: &changed)
            }
        }
        guard isRead else { throw EventReject(.upcastFailed, "an upcaster left a body that is no JSON") }
        upcast = changed
    }
}
