internal import CYAML

/// One event of libyaml's parser, copied out of C.
struct YAMLEvent {
    /// What happens.
    enum Kind {
        case documentStart
        case documentEnd
        case streamStart
        case streamEnd
        case alias
        case scalar(text: [UInt8], isPlain: Bool)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }
    /// A place in the text, both from 1.
    struct Position {
        var line: Int
        var column: Int
    }
    /// What happens.
    var kind: Kind
    /// Whether an anchor (`&name`) stands before it.
    var hasAnchor = false
    /// Whether a tag (`!name`) stands before it.
    var hasTag = false
    /// Where it begins.
    var start: Position
    /// Where it ends.
    var end: Position
}

/// libyaml's event parser over one text; the only place that touches libyaml.
///
/// Owner: the parser and the copy of the text live until this value ends.
struct YAMLEventReader: ~Copyable {
    /// What libyaml says of a text that is not YAML; its words hold nothing of the text.
    struct SyntaxError: Error {
        var problem: String
        var position: YAMLEvent.Position
        var cause: String?
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// Begins to read a text.
    init(_ bytes: [UInt8]) {
        text = .allocate(capacity: bytes.count)
        _ = text.initialize(from: bytes)
        // On the heap: libyaml keeps a pointer from the parser to itself.
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        // It fails only without memory; then the parser stays zero and the first event reports it.
        if yaml_parser_initialize(parser) == 1 {
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, text.baseAddress, text.count)
        }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event.
    mutating func next() throws(SyntaxError) -> YAMLEvent {
        guard parser.pointee.read_handler != nil else {
            throw SyntaxError(problem: "no memory to read it", position: .init(line: 1, column: 1))
        }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        return Self.copy(event)
    }

    private func syntaxError() -> SyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the text cannot be read"
        let begun = Self.position(state.context_mark)
        return SyntaxError(
            problem: problem,
            position: Self.position(state.problem_mark),
            cause: state.context.map { "\(String(cString: $0)) that begins at \(begun.line):\(begun.column)" }
        )
    }

    private static func copy(_ event: yaml_event_t) -> YAMLEvent {
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        var tag: UnsafeMutablePointer<yaml_char_t>?
        let kind: YAMLEvent.Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            (anchor, tag) = (scalar.anchor, scalar.tag)
            let bytes = scalar.value.map { Array(UnsafeBufferPointer(start: $0, count: scalar.length)) } ?? []
            kind = .scalar(text: bytes, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT:
            (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
            kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
            kind = .mappingStart
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
        return YAMLEvent(
            kind: kind,
            hasAnchor: anchor != nil,
            hasTag: tag != nil,
            start: position(event.start_mark),
            end: position(event.end_mark)
        )
    }

    private static func position(_ mark: yaml_mark_t) -> YAMLEvent.Position {
        .init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
