import RefoldBytes
import Testing

@Suite struct ByteBufferTests {
    private struct Stop: Error {}

    @Test func `content survives growth, truncation and a writer that throws`() {
        var buffer = ByteBuffer()
        var expected: [UInt8] = []
        for round in 0..<200 {
            let piece = [UInt8](repeating: UInt8(round), count: round)
            buffer.append(piece)
            expected += piece
        }
        #expect(buffer.array() == expected)
        #expect(throws: Stop.self) {
            try buffer.append(addingCapacity: 10) { (target: inout OutputRawSpan) throws(Stop) in
                target.append(42)
                throw Stop()
            }
        }
        #expect(buffer.array() == expected + [42])
        buffer.truncate(to: 3)
        #expect(buffer.array() == Array(expected[..<3]))
        buffer.truncate(to: 9)
        #expect(buffer.array().count == 3)
        buffer.removeAll()
        #expect(buffer.array() == [])
        let capacity = buffer.capacity
        #expect(capacity >= expected.count)
    }

    @Test func `bytes can be changed in place`() {
        var buffer = ByteBuffer(copying: [1, 2, 3])
        buffer.withMutableBytes { span in span.storeBytes(of: 9, toByteOffset: 1, as: UInt8.self) }
        #expect(buffer.array() == [1, 9, 3])
    }

    @Test func `behind the content there are zero bytes to read`() {
        var buffer = ByteBuffer(copying: [UInt8](repeating: 255, count: 500))
        buffer.truncate(to: 7)
        buffer.withBytes { span in
            span.withUnsafeBytes { bytes in
                for place in 7..<7 + ByteBuffer.padding {
                    #expect(bytes.baseAddress?.load(fromByteOffset: place, as: UInt8.self) == 0)
                }
            }
        }
    }
}
