/** Takes the place of the package `ws` in the bundle: nothing in the sandbox speaks to the network. */
export default undefined;
