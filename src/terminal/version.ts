/** This package's version, as in package.json. A constant, so that no file is read for it; a test compares the two. */
export const packageVersion = "0.1.0";
