// The tables of a class, each with a word above it where it goes on beyond the edge.

import { markWideTables } from "./lesson-asides.js";

markWideTables("main .table-scroll");
