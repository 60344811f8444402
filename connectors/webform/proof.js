// The proof of work: a number after a challenge whose SHA-256 begins with the
// wanted zero bits. It is looked for in slices, so that the page does not
// freeze, and without a Worker, which a website's policy may forbid.
(function () {
  "use strict";
  const K = [];
  const H = [];
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 4294967296) | 0;
  for (let n = 2; K.length < 64; n++) { // FIPS 180-4: the roots of the first primes
    let prime = true;
    for (let d = 2; d * d <= n; d++) prime = prime && n % d !== 0;
    if (!prime) continue;
    if (H.length < 8) H.push(fraction(Math.sqrt(n)));
    K.push(fraction(Math.cbrt(n)));
  }
  const W = new Int32Array(64);

  // first is the first word of the SHA-256 of at most 55 characters of ASCII.
  function first(text) {
    W.fill(0, 0, 16);
    for (let i = 0; i < text.length; i++) W[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
    W[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
    W[15] = text.length * 8;
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15];
      const y = W[i - 2];
      W[i] = (W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
    }
    let [a, b, c, d, e, f, g, h] = H;
    for (let i = 0; i < 64; i++) {
      const t = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const u = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
    }
    return (a + H[0]) | 0;
  }

  // solve returns a promise of the challenge with its number.
  return function solve(challenge, bits) {
    return new Promise((done) => {
      let n = 0;
      (function slice() {
        const until = performance.now() + 12;
        do {
          for (let i = 0; i < 200; i++, n++) {
            const text = challenge + "." + n.toString(36);
            if (Math.clz32(first(text)) >= bits) return done(text);
          }
        } while (performance.now() < until);
        setTimeout(slice);
      })();
    });
  };
})()
