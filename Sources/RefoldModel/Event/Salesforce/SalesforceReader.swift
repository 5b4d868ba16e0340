package import RefoldBytes

/// Turns lines on a tape into Salesforce change events (FOLD, sections B, C and R20).
///
/// Isolation: one owner, a worker; it keeps buffers and a tape for lines whose event is wrapped.
package struct SalesforceReader: ~Copyable {
    private var builder: LeafBuilder
    private var inner = JSONTape()
    private let keepsBody: Bool
    /// The event last read.
    package private(set) var event = SalesforceEvent()
    /// The event last rebuilt after an upcaster changed it.
    package internal(set) var upcast = SalesforceEvent()
    private(set) var parts = GeneralParts()

    /// A reader that numbers names by a shared table; with `keepsBody` it can give the general form too.
    package init(_ names: NameTable, keepsBody: Bool = false) {
        builder = LeafBuilder(names)
        self.keepsBody = keepsBody
    }

    /// Reads the object of one line into ``event``.
    ///
    /// `line` gives the line's bytes after R4, hashed only for an event without transaction key and envelope id.
    /// Throws the reject word of a line that is no event.
    package mutating func read(
        _ root: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        line: Range<Int>
    ) throws(RejectWord) {
        let members = RootMembers(root, nodes, in: text)
        switch DynamoItem.content(of: members, nodes, in: text) {
        case .notDynamo:
            try decode(root, members, nodes, in: text, keepsOrder: true)
        case .reject(let word):
            throw word
        case .event(let plain, let keepsOrder):
            try readInner(plain, keepsOrder: keepsOrder)
        }
        guard event.transactionKey.isEmpty, event.identity.isEmpty else { return }
        event.identity = ByteString(SHA256.digest(of: text.extracting(line).bytes).hexBytes)
    }

    private mutating func readInner(_ plain: ByteString, keepsOrder: Bool) throws(RejectWord) {
        var tape = JSONTape()
        swap(&tape, &inner)
        defer { swap(&tape, &inner) }
        let result: Result<Void, RejectWord>
        do {
            result = try tape.withValue(of: plain) { nodes, text in
                guard nodes[0].kind == .object else { return .failure(.badJSON) }
                return Result { () throws(RejectWord) in
                    let members = RootMembers(0, nodes, in: text)
                    try decode(0, members, nodes, in: text, keepsOrder: keepsOrder)
                }
            }
        } catch {
            throw .badJSON
        }
        try result.get()
    }

    private mutating func decode(
        _ root: Int,
        _ members: RootMembers,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        keepsOrder: Bool
    ) throws(RejectWord) {
        event.clear()
        guard let envelope = SalesforceEnvelope(root, members, nodes, in: text),
            nodes[envelope.payload].kind == .object
        else { throw .noHeader }
        builder.index(envelope.payload, nodes, in: text)
        guard let headerNode = builder.headerNode, nodes[headerNode].kind == .object else { throw .noHeader }
        let header = SalesforceHeader(headerNode, nodes, in: text)
        try decodeNames(header, nodes, in: text)
        event.commitTimestamp = try timestamp(header, envelope, nodes, in: text)
        event.commitNumber = try number(header.commitNumber, nodes, in: text)
        event.sequenceNumber = try number(header.sequenceNumber, nodes, in: text)
        event.transactionKey.bytes.removeAll(keepingCapacity: true)
        event.identity.bytes.removeAll(keepingCapacity: true)
        if let key = header.transactionKey, nodes[key].kind == .string {
            Tape.copyText(nodes[key], in: text, to: &event.transactionKey)
        }
        if event.transactionKey.isEmpty, let id = envelope.id {
            Tape.copyText(nodes[id], in: text, to: &event.identity)
        }
        decodeBody(header, envelope, nodes, in: text, keepsOrder: keepsOrder)
    }

    private mutating func decodeNames(
        _ header: SalesforceHeader,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) throws(RejectWord) {
        guard let entity = header.entityName, nodes[entity].kind == .string, nodes[entity].length > 0,
            let list = header.recordIDs, nodes[list].kind == .array, let change = header.changeType,
            nodes[change].kind == .string, nodes[change].length > 0
        else { throw .badHeader }
        takeEntity(nodes[entity], in: text)
        var entry = list + 1
        while entry < Int(nodes[list].next) {
            guard nodes[entry].kind == .string else { throw .badHeader }
            event.appendRecordID(nodes[entry], in: text)
            entry = Int(nodes[entry].next)
        }
        guard event.recordCount > 0 else { throw .badHeader }
        guard let kind = ChangeKind(nodes[change], in: text) else { throw .unknownChangeType }
        event.kind = kind
    }

    private mutating func takeEntity(_ node: JSONNode, in text: Span<UInt8>) {
        let number =
            node.isEscaped
            ? builder.cache.number(of: JSONText.unescaped(node, in: text))
            : builder.cache.number(of: text, in: node.range)
        // One run of events is mostly of one entity; a name is taken over only when it is another's.
        guard number != event.entityNumber || event.entity.isEmpty else { return }
        event.entityNumber = number
        event.entity = builder.cache.name(number)
    }

    private func timestamp(
        _ header: SalesforceHeader,
        _ envelope: SalesforceEnvelope,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) throws(RejectWord) -> Int64 {
        var found = HeaderInteger.timestamp(header.commitTimestamp, nodes, in: text)
        if found == .missing { found = HeaderInteger.iso(envelope.time, nodes, in: text) }
        if found == .missing {
            let modified = Tape.member("LastModifiedDate", of: envelope.payload, nodes, in: text)
            found = HeaderInteger.timestamp(modified, nodes, in: text)
        }
        switch found {
        case .missing: throw .noTimestamp
        case .value(let value) where (0...9_000_000_000_000).contains(value): return value
        default: throw .badHeader
        }
    }

    private func number(
        _ index: Int?,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) throws(RejectWord) -> Int64 {
        switch HeaderInteger(index, nodes, in: text) {
        case .value(let value): return value
        case .missing: return 0
        case .outside: throw .badHeader
        }
    }

    private mutating func decodeBody(
        _ header: SalesforceHeader,
        _ envelope: SalesforceEnvelope,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        keepsOrder: Bool
    ) {
        let payload = envelope.payload
        // The payload's own order is the schema's when the header comes first and has nulledFields (R22).
        let isSchema = keepsOrder && header.nulledFields != nil && builder.headerNode == payload + 2
        let schema = isSchema ? payload : nil
        guard event.kind == .update || keepsBody else {
            if event.kind.isFull { builder.full(nodes, in: text, into: &event) }
            return
        }
        builder.readChanged(header.changedFields, schema: schema, nodes, in: text)
        builder.nulled.read(header.nulledFields, schema: schema, &builder.cache, nodes, in: text)
        builder.diffs.read(header.diffFields, schema: schema, &builder.cache, nodes, in: text)
        let isPubSub = header.nulledFields != nil
        if keepsBody { keepParts(payload, isPubSub: isPubSub, nodes, in: text) }
        if event.kind.isFull {
            builder.full(nodes, in: text, into: &event)
        } else if event.kind == .update {
            builder.update(isPubSub: isPubSub, nodes, in: text, into: &event)
        }
    }

    private mutating func keepParts(
        _ payload: Int,
        isPubSub: Bool,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) {
        parts = GeneralParts()
        if case .object(var object) = JSONValue(payload, of: nodes, in: text) {
            object["ChangeEventHeader"] = nil
            object["Id"] = nil
            parts.body = object
        }
        parts.changed = builder.changed.list(builder.cache)
        parts.nulled = isPubSub ? builder.nulled.list(builder.cache) ?? [] : nil
        parts.diffs = builder.diffs.list(builder.cache)
        parts.isChangedUndecodable = builder.changed.isUndecodable
        parts.isNulledUndecodable = builder.nulled.isUndecodable
        parts.isDiffsUndecodable = builder.diffs.isUndecodable
    }

    /// Reads a JSON text and lends it with the builder; false when it is none.
    mutating func withInnerTape(
        of json: ByteString,
        _ body: (inout LeafBuilder, Span<JSONNode>, Span<UInt8>) -> Void
    ) -> Bool {
        var tape = JSONTape()
        swap(&tape, &inner)
        defer { swap(&tape, &inner) }
        do {
            try tape.withValue(of: json) { nodes, text in body(&builder, nodes, text) }
            return true
        } catch {
            return false
        }
    }
}

extension ChangeKind {
    /// The kind of a word.
    init?(_ node: JSONNode, in text: Span<UInt8>) {
        if Tape.isText(node, "UPDATE", in: text) {
            self = .update
        } else if Tape.isText(node, "CREATE", in: text) {
            self = .create
        } else if Tape.isText(node, "DELETE", in: text) {
            self = .delete
        } else if Tape.isText(node, "UNDELETE", in: text) {
            self = .undelete
        } else {
            let word = JSONText.unescaped(node, in: text)
            guard let kind = ChangeKind.allCases.first(where: { $0.word == word }) else { return nil }
            self = kind
        }
    }
}
