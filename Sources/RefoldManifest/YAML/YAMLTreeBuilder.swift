internal import RefoldBytes

/// Builds the node tree of one text from libyaml's events and reports what refold does not take.
///
/// Anchors, aliases, tags, merge keys and further documents are refused where they stand and never followed, so that no
/// text grows while it is read. Messages about them do not quote: a password may begin with `&`, `*` or `!`.
struct YAMLTreeBuilder: ~Copyable {
    /// How deep values may lie in one another.
    static let maximumDepth = 64

    /// The tree; nil when the text is empty or broken.
    private(set) var root: YAMLNode?
    /// What was refused.
    private(set) var findings: [Finding] = []
    /// Whether the text ended early, so that nothing is known about the rest.
    private(set) var isBroken = false

    private let source: ManifestSource
    private var events: YAMLEventReader

    /// Reads the whole text of a source.
    init(_ source: ManifestSource) {
        self.source = source
        events = YAMLEventReader(source.bytes)
        do {
            try build()
        } catch {
            isBroken = true
            switch error {
            case .syntax(let syntax):
                findings.append(
                    Finding(
                        .yaml,
                        "this is not YAML: \(syntax.problem)",
                        at: mark(syntax.position, to: nil),
                        cause: source.optionWidth == nil ? syntax.cause : nil
                    )
                )
            case .tooDeep(let position):
                findings.append(
                    Finding(
                        .yaml,
                        "values lie more than \(Self.maximumDepth) deep in one another",
                        at: mark(position, to: nil),
                        fix: "write it flatter: no manifest needs that"
                    )
                )
            }
        }
    }

    private enum Stop: Error {
        case syntax(YAMLEventReader.SyntaxError)
        case tooDeep(YAMLEvent.Position)
    }

    private mutating func build() throws(Stop) {
        var documents = 0
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return
            case .documentStart:
                documents += 1
                if documents == 2 {
                    refuse(
                        event,
                        "a second document begins here",
                        fix: "one file is one manifest: move this to a file of its own"
                    )
                }
            case .streamStart, .documentEnd: break
            default:
                let node = try node(event, depth: 1)
                if documents == 1 { root = node }
            }
        }
    }

    private mutating func next() throws(Stop) -> YAMLEvent {
        do {
            return try events.next()
        } catch {
            throw .syntax(error)
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
        guard depth <= Self.maximumDepth else { throw .tooDeep(event.start) }
        refuseProperties(of: event)
        switch event.kind {
        case .scalar(let text, let isPlain): return scalar(text, isPlain: isPlain, event)
        case .sequenceStart: return try sequence(event, depth: depth)
        case .mappingStart: return try mapping(event, depth: depth)
        default:
            refuse(event, "an alias (`*`) is not taken", fix: "write the value out, or quote the text")
            return YAMLNode(.scalar(.null), from: mark(event.start, to: event.end), to: event.end.line)
        }
    }

    private mutating func scalar(_ text: [UInt8], isPlain: Bool, _ event: YAMLEvent) -> YAMLNode {
        var value = JSONValue.string(ByteString(text))
        if isPlain, !event.hasTag {
            switch CoreScalar.resolve(plain: text) {
            case .value(let resolved): value = resolved
            case .refused(let fix): refuse(event, "this scalar has no clear meaning", fix: fix)
            }
        }
        return YAMLNode(.scalar(value), from: mark(event.start, to: event.end), to: event.end.line)
    }

    private mutating func sequence(_ start: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind {
                return YAMLNode(
                    .sequence(elements),
                    from: mark(start.start, to: start.end),
                    to: event.end.line
                )
            }
            elements.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(_ start: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
        var pairs: [YAMLNode.Pair] = []
        var lines: [ByteString: Int] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind {
                return YAMLNode(.mapping(pairs), from: mark(start.start, to: start.end), to: event.end.line)
            }
            let key = try key(event, depth: depth)
            let value = try node(try next(), depth: depth + 1)
            guard let key else { continue }
            let keyMark = mark(event.start, to: event.end)
            if let line = lines[key] {
                findings.append(
                    Finding(
                        .duplicateKey,
                        "this key is written twice",
                        at: keyMark,
                        cause: "it stands in line \(line) already",
                        fix: "keep one of the two"
                    )
                )
            } else {
                lines[key] = event.start.line
                pairs.append(.init(key: key, keyMark: keyMark, value: value))
            }
        }
    }

    private mutating func key(_ event: YAMLEvent, depth: Int) throws(Stop) -> ByteString? {
        guard case .scalar(let text, let isPlain) = event.kind else {
            refuse(event, "a key must be a text", fix: "a text that begins with {, [ or * needs quotes")
            _ = try node(event, depth: depth + 1)
            return nil
        }
        refuseProperties(of: event)
        if isPlain, text == Array("<<".utf8) {
            refuse(event, "a merge key (`<<`) is not taken", fix: "write the keys out")
            return nil
        }
        // A key is its text, whatever the scalar would mean as a value: `no:`, `1:`, `null:`.
        return ByteString(text)
    }

    private mutating func refuseProperties(of event: YAMLEvent) {
        if event.hasAnchor {
            refuse(
                event,
                "an anchor (`&`) is not taken",
                fix: "write the value out where it is used, or quote the text"
            )
        }
        if event.hasTag {
            refuse(event, "a tag (`!`) is not taken", fix: "leave the tag away, or quote the text")
        }
    }

    private mutating func refuse(_ event: YAMLEvent, _ message: String, fix: String) {
        findings.append(Finding(.yaml, message, at: mark(event.start, to: event.end), fix: fix))
    }

    private func mark(_ start: YAMLEvent.Position, to end: YAMLEvent.Position?) -> SourceMark {
        // An option is shown as one line, however its value is broken.
        if source.optionWidth != nil, start.line > 1 {
            return SourceMark(
                source: source,
                line: 1,
                column: (source.line(1)?.unicodeScalars.count ?? 0) + 1
            )
        }
        var width = 1
        if let end, end.line == start.line { width = max(1, end.column - start.column) }
        return SourceMark(
            source: source,
            line: start.line,
            column: start.column + (start.line == 1 ? source.columnOffset : 0),
            width: width
        )
    }
}
